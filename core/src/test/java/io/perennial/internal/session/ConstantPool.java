package io.perennial.internal.session;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The classes that a class file names: in its constant pool, and in its descriptors, which linking a lambda or a method
 * handle loads.
 */
final class ConstantPool {
    private static final Pattern IN_DESCRIPTOR = Pattern.compile("L([A-Za-z0-9_$/]+);");

    private ConstantPool() {}

    static Set<String> classNames(InputStream classFile) throws IOException {
        var in = new DataInputStream(classFile);
        in.skipNBytes(8);
        int size = in.readUnsignedShort();
        var text = new String[size];
        var classes = new int[size];
        for (int i = 1; i < size; i++) {
            int tag = in.readUnsignedByte();
            switch (tag) {
                case 1 -> text[i] = in.readUTF();
                case 7 -> classes[i] = in.readUnsignedShort();
                case 8, 16, 19, 20 -> in.skipNBytes(2);
                case 15 -> in.skipNBytes(3);
                case 3, 4, 9, 10, 11, 12, 17, 18 -> in.skipNBytes(4);
                case 5, 6 -> {
                    in.skipNBytes(8);
                    i++; // takes two places
                }
                default -> throw new IOException("constant pool tag " + tag);
            }
        }
        var names = new TreeSet<String>();
        for (int i = 1; i < size; i++) {
            if (classes[i] != 0 && !text[classes[i]].startsWith("[")) {
                names.add(text[classes[i]].replace('/', '.'));
            }
            if (text[i] != null && isDescriptor(text[i])) {
                Matcher matcher = IN_DESCRIPTOR.matcher(text[i]);
                while (matcher.find()) {
                    names.add(matcher.group(1).replace('/', '.'));
                }
            }
        }
        return names;
    }

    private static boolean isDescriptor(String text) {
        return text.startsWith("(") || text.startsWith("[L") || (text.startsWith("L") && text.endsWith(";"));
    }
}
