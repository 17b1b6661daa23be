package io.perennial.internal.connect;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Writes the class file of this class, which no compiler could without a source file in a package of ZooKeeper's:
 *
 * <pre>{@code
 * package org.apache.zookeeper;
 *
 * public class PromptClientSocket1 extends ClientCnxnSocketNIO {
 *     public PromptClientSocket1(ZKClientConfig config) {
 *         super(config);
 *     }
 *
 *     void cleanup() {
 *         Thread.currentThread().interrupt();
 *         super.cleanup();
 *         Thread.interrupted();
 *     }
 * }
 * }</pre>
 *
 * <p>The number in its name is that of these bytes: several copies of this library, of several versions, may share one
 * ZooKeeper. Whoever changes the bytes takes the next. It refers to nothing but ZooKeeper and the JDK, so that it keeps
 * no application alive.
 */
final class PromptSocketClass {
    static final String NAME = "org.apache.zookeeper.PromptClientSocket1";
    private static final String SOCKET = "org/apache/zookeeper/ClientCnxnSocketNIO";
    private static final String CONSTRUCTOR = "(Lorg/apache/zookeeper/client/ZKClientConfig;)V";

    private static final int MAGIC = 0xCAFEBABE;
    private static final int JAVA_8 = 52;
    private static final int PUBLIC = 0x0001;
    private static final int SUPER = 0x0020;
    private static final int SYNTHETIC = 0x1000;
    private static final int UTF_8 = 1;
    private static final int CLASS = 7;
    private static final int METHOD = 10;
    private static final int NAME_AND_TYPE = 12;
    private static final int ALOAD_0 = 0x2a;
    private static final int ALOAD_1 = 0x2b;
    private static final int POP = 0x57;
    private static final int RETURN = 0xb1;
    private static final int INVOKE_VIRTUAL = 0xb6;
    private static final int INVOKE_SPECIAL = 0xb7;
    private static final int INVOKE_STATIC = 0xb8;

    private final ByteArrayOutputStream pool = new ByteArrayOutputStream();
    private final DataOutputStream constants = new DataOutputStream(pool);
    private final Map<String, Integer> known = new HashMap<>();

    private PromptSocketClass() {}

    static byte[] bytes() {
        try {
            return new PromptSocketClass().write();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot happen in memory", e);
        }
    }

    private byte[] write() throws IOException {
        var bytes = new ByteArrayOutputStream();
        var body = new DataOutputStream(bytes);
        body.writeShort(PUBLIC | SUPER | SYNTHETIC);
        body.writeShort(type(NAME.replace('.', '/')));
        body.writeShort(type(SOCKET));
        body.writeShort(0); // interfaces
        body.writeShort(0); // fields
        body.writeShort(2);
        method(body, PUBLIC, "<init>", CONSTRUCTOR, 2, constructor());
        method(body, 0, "cleanup", "()V", 1, cleanup());
        body.writeShort(0); // attributes

        var file = new ByteArrayOutputStream();
        var out = new DataOutputStream(file);
        out.writeInt(MAGIC);
        out.writeShort(0);
        out.writeShort(JAVA_8);
        out.writeShort(known.size() + 1);
        pool.writeTo(out);
        bytes.writeTo(out);
        return file.toByteArray();
    }

    private byte[] constructor() throws IOException {
        var code = new ByteArrayOutputStream();
        var out = new DataOutputStream(code);
        out.writeByte(ALOAD_0);
        out.writeByte(ALOAD_1);
        call(out, INVOKE_SPECIAL, SOCKET, "<init>", CONSTRUCTOR);
        out.writeByte(RETURN);
        return code.toByteArray();
    }

    private byte[] cleanup() throws IOException {
        var code = new ByteArrayOutputStream();
        var out = new DataOutputStream(code);
        call(out, INVOKE_STATIC, "java/lang/Thread", "currentThread", "()Ljava/lang/Thread;");
        call(out, INVOKE_VIRTUAL, "java/lang/Thread", "interrupt", "()V");
        out.writeByte(ALOAD_0);
        call(out, INVOKE_SPECIAL, SOCKET, "cleanup", "()V");
        call(out, INVOKE_STATIC, "java/lang/Thread", "interrupted", "()Z");
        out.writeByte(POP);
        out.writeByte(RETURN);
        return code.toByteArray();
    }

    /** Without a branch: no stack map is needed. */
    private void method(DataOutputStream to, int access, String name, String type, int most, byte[] code)
            throws IOException {
        to.writeShort(access);
        to.writeShort(utf8(name));
        to.writeShort(utf8(type));
        to.writeShort(1);
        to.writeShort(utf8("Code"));
        to.writeInt(2 + 2 + 4 + code.length + 2 + 2);
        to.writeShort(most); // stack
        to.writeShort(most); // locals
        to.writeInt(code.length);
        to.write(code);
        to.writeShort(0); // exception handlers
        to.writeShort(0); // attributes
    }

    private void call(DataOutputStream to, int how, String owner, String name, String type) throws IOException {
        to.writeByte(how);
        to.writeShort(constant(METHOD, type(owner), constant(NAME_AND_TYPE, utf8(name), utf8(type))));
    }

    private int type(String name) throws IOException {
        int text = utf8(name);
        Integer index = known.get(CLASS + " " + text);
        if (index != null) {
            return index;
        }
        constants.writeByte(CLASS);
        constants.writeShort(text);
        return added(CLASS + " " + text);
    }

    private int constant(int kind, int first, int second) throws IOException {
        String key = kind + " " + first + " " + second;
        Integer index = known.get(key);
        if (index != null) {
            return index;
        }
        constants.writeByte(kind);
        constants.writeShort(first);
        constants.writeShort(second);
        return added(key);
    }

    private int utf8(String text) throws IOException {
        String key = UTF_8 + " " + text;
        Integer index = known.get(key);
        if (index != null) {
            return index;
        }
        constants.writeByte(UTF_8);
        constants.writeUTF(text);
        return added(key);
    }

    private int added(String key) {
        int index = known.size() + 1;
        known.put(key, index);
        return index;
    }
}
