package io.perennial.spring.boot;

import io.perennial.spring.boot.diagnostics.NoConnectStringException;
import org.jspecify.annotations.Nullable;

/** The servers that the properties name. */
record PropertiesConnectionDetails(
        String sessionName, String property, @Nullable String connectString) implements ZooKeeperConnectionDetails {
    @Override
    public String getConnectString() {
        if (connectString == null || connectString.isBlank()) {
            throw new NoConnectStringException(sessionName, property);
        }
        return connectString;
    }
}
