package io.perennial.internal.session;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;

/**
 * Loads the whole client (this library, Curator, ZooKeeper) once more, with each call of {@code
 * System.currentTimeMillis()} and {@code Instant.now()} going to a wall clock that can be moved. Nothing else differs;
 * the machine's clock stays as it is.
 */
final class JumpingWallClock extends ClassLoader {
    private static final List<String> CLIENT = List.of("io.perennial.", "org.apache.curator.", "org.apache.zookeeper.");
    private static final String HARNESS = "io.perennial.test.";
    private static final String CLOCK = Type.getInternalName(Clock.class);

    JumpingWallClock() {
        super("jumping-wall-clock", JumpingWallClock.class.getClassLoader());
    }

    /** Runs a scenario of this test class path, which must have a constructor without parameters, inside. */
    void run(Class<? extends Runnable> scenario) throws ReflectiveOperationException {
        var constructor = loadClass(scenario.getName()).getDeclaredConstructor();
        constructor.setAccessible(true);
        ((Runnable) constructor.newInstance()).run();
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        boolean client = CLIENT.stream().anyMatch(name::startsWith)
                && !name.startsWith(HARNESS)
                && !name.equals(Clock.class.getName());
        if (!client) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (InputStream file = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (file == null) {
                throw new ClassNotFoundException(name);
            }
            var reader = new ClassReader(file.readAllBytes());
            var writer = new ClassWriter(reader, 0);
            reader.accept(new Redirection(writer), 0);
            byte[] code = writer.toByteArray();
            return defineClass(name, code, 0, code.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The wall clock of the client that is loaded here. */
    public static final class Clock {
        private static final AtomicLong offsetMillis = new AtomicLong();
        private static final AtomicLong readings = new AtomicLong();

        private Clock() {}

        public static long currentTimeMillis() {
            readings.incrementAndGet();
            return System.currentTimeMillis() + offsetMillis.get();
        }

        public static Instant now() {
            return Instant.ofEpochMilli(currentTimeMillis());
        }

        /** Moves it; back when negative. */
        public static void jump(Duration by) {
            offsetMillis.addAndGet(by.toMillis());
        }

        public static void reset() {
            offsetMillis.set(0);
        }

        /** How often the client has looked at it. */
        public static long readings() {
            return readings.get();
        }
    }

    private static final class Redirection extends ClassVisitor {
        private Redirection(ClassVisitor next) {
            super(Opcodes.ASM9, next);
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] exceptions) {
            MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
            return new MethodVisitor(Opcodes.ASM9, next) {
                @Override
                public void visitMethodInsn(
                        int opcode, String owner, String method, String methodDescriptor, boolean isInterface) {
                    boolean wallClock = (owner.equals("java/lang/System") && method.equals("currentTimeMillis"))
                            || (owner.equals("java/time/Instant")
                                    && method.equals("now")
                                    && methodDescriptor.startsWith("()"));
                    super.visitMethodInsn(
                            opcode, wallClock ? CLOCK : owner, method, methodDescriptor, !wallClock && isInterface);
                }
            };
        }
    }
}
