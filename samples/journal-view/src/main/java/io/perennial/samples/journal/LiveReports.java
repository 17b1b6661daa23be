package io.perennial.samples.journal;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.net.MalformedURLException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** Asks the sessions of a running JVM for their reports. */
final class LiveReports {
    private static final String SESSIONS = "io.perennial:type=Session,*";

    private LiveReports() {}

    /** From a process on this machine, run by the same user. */
    static String ofProcess(long pid) throws IOException {
        String address;
        try {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
            try {
                address = machine.startLocalManagementAgent();
            } finally {
                machine.detach();
            }
        } catch (AttachNotSupportedException | IOException e) {
            throw new IOException("it is no JVM of this user's that can be attached to: " + e.getMessage(), e);
        }
        return at(address);
    }

    /** From an address such as {@code service:jmx:rmi:///jndi/rmi://host:9010/jmxrmi}; an array in JSON. */
    @SuppressWarnings("BanJNDI") // whoever gives the address trusts that JVM
    static String at(String address) throws IOException {
        JMXServiceURL url;
        try {
            url = new JMXServiceURL(address);
        } catch (MalformedURLException e) {
            throw new IOException(
                    "it is no JMX address; right would be service:jmx:rmi:///jndi/rmi://host:9010/jmxrmi", e);
        }
        List<String> reports = new ArrayList<>();
        try (JMXConnector connector = JMXConnectorFactory.connect(url)) {
            MBeanServerConnection server = connector.getMBeanServerConnection();
            for (ObjectName session : new TreeSet<>(server.queryNames(new ObjectName(SESSIONS), null))) {
                reports.add(String.valueOf(server.getAttribute(session, "ReportJson")));
            }
        } catch (IOException | SecurityException e) {
            throw new IOException("it refuses access: " + e.getMessage(), e);
        } catch (JMException e) {
            throw new IOException("its sessions cannot be asked: " + e.getMessage(), e);
        }
        if (reports.isEmpty()) {
            throw new IOException("it has no Perennial session");
        }
        return "[" + String.join(",", reports) + "]";
    }
}
