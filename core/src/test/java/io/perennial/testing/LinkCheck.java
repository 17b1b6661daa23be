package io.perennial.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodType;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;

/**
 * Resolves all that class files name in the libraries that they use, against other versions of these: what is missing
 * there would be a {@code NoSuchMethodError} at some call, perhaps weeks after the start.
 */
public final class LinkCheck implements AutoCloseable {
    private static final Path OLDEST_CLIENTS = Path.of("target", "oldest-clients");
    private static final Pattern VERSION = Pattern.compile("-\\d[^/]*\\.jar$");
    private static final int CLASS = 7;
    private static final int FIELD = 9;
    private static final int METHOD = 10;
    private static final int INTERFACE_METHOD = 11;

    private final Path classes;
    private final URLClassLoader loader;
    private final SortedSet<String> missing = new TreeSet<>();
    private int checked;

    private LinkCheck(Path classes, List<Path> classPath) {
        this.classes = classes;
        URL[] urls = classPath.stream().map(LinkCheck::url).toArray(URL[]::new);
        loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
    }

    /** Of this module's classes, with the oldest ZooKeeper client and Curator that applications may have. */
    public static LinkCheck againstOldestClients() {
        return new LinkCheck(Path.of("target", "classes"), classPath(jarsIn(OLDEST_CLIENTS)));
    }

    /** This test's, with those jars instead of their other versions. */
    private static List<Path> classPath(List<Path> jars) {
        Set<String> replaced = new LinkedHashSet<>();
        jars.forEach(jar -> replaced.add(artifact(jar)));
        List<Path> all = new ArrayList<>(jars);
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(Path::of)
                .filter(entry -> !replaced.contains(artifact(entry)))
                .forEach(all::add);
        return all;
    }

    private static String artifact(Path jar) {
        return VERSION.matcher(jar.getFileName().toString()).replaceFirst("");
    }

    private static List<Path> jarsIn(Path directory) {
        try (Stream<Path> jars = Files.list(directory)) {
            return jars.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static URL url(Path path) {
        try {
            return path.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is missing, with the class that names it; sorted. */
    public SortedSet<String> missing() throws IOException {
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".class")).toList()) {
                check(new ClassReader(Files.readAllBytes(file)));
            }
        }
        return missing;
    }

    /** How many references were resolved. */
    public int checked() {
        return checked;
    }

    private void check(ClassReader file) {
        checkItself(file.getClassName());
        var buffer = new char[file.getMaxStringLength()];
        for (int i = 1; i < file.getItemCount(); i++) {
            int at = file.getItem(i);
            if (at > 0) { // A long takes two places, the second of which is empty.
                checkItem(file, at, buffer);
            }
        }
    }

    private void checkItem(ClassReader file, int at, char[] buffer) {
        int tag = file.readByte(at - 1);
        if (tag == CLASS) {
            type(file, file.readUTF8(at, buffer));
        } else if (tag == FIELD || tag == METHOD || tag == INTERFACE_METHOD) {
            Class<?> owner = type(file, file.readClass(at, buffer));
            int nameAndType = file.getItem(file.readUnsignedShort(at + 2));
            if (owner != null && !(tag == FIELD && isCase(file, owner))) {
                member(file, owner, file.readUTF8(nameAndType, buffer), file.readUTF8(nameAndType + 2, buffer));
            }
        }
    }

    /** The class of which constants have a case in a switch: the compiler has it pass over those that are missing. */
    private static boolean isCase(ClassReader file, Class<?> owner) {
        return (file.getAccess() & Opcodes.ACC_SYNTHETIC) != 0 && owner.isEnum();
    }

    /** That its superclasses are those that it was compiled for, and leave it nothing to implement. */
    private void checkItself(String name) {
        checked++;
        try {
            Class<?> type = Class.forName(name.replace('/', '.'), false, loader);
            if (!Modifier.isAbstract(type.getModifiers())) {
                for (Method method : type.getMethods()) {
                    if (Modifier.isAbstract(method.getModifiers())) {
                        missing.add(name + " does not implement " + method);
                    }
                }
            }
        } catch (ClassNotFoundException | LinkageError e) {
            missing.add(name + ": " + e);
        }
    }

    /** Null when there is none. */
    private Class<?> type(ClassReader file, String name) {
        checked++;
        try {
            // An array's name is written as a descriptor.
            return name.startsWith("[")
                    ? MethodType.fromMethodDescriptorString("()" + name, loader).returnType()
                    : Class.forName(name.replace('/', '.'), false, loader);
        } catch (ClassNotFoundException | LinkageError | TypeNotPresentException e) {
            missing.add(name + " in " + file.getClassName());
            return null;
        }
    }

    private void member(ClassReader file, Class<?> owner, String name, String descriptor) {
        checked++;
        try {
            boolean exists = descriptor.startsWith("(")
                    ? hasMethod(owner, name, MethodType.fromMethodDescriptorString(descriptor, loader))
                    : hasField(owner, name, descriptor);
            if (!exists) {
                missing.add(owner.getName() + "." + name + " " + descriptor + " in " + file.getClassName());
            }
        } catch (LinkageError | TypeNotPresentException e) {
            missing.add(owner.getName().replace('.', '/') + ": " + e);
        }
    }

    private static boolean hasMethod(Class<?> owner, String name, MethodType type) {
        Stream<? extends Executable> candidates = name.equals("<init>")
                ? Arrays.stream(owner.getDeclaredConstructors())
                : lineage(owner).flatMap(each -> Arrays.stream(each.getDeclaredMethods()));
        return owner.isArray() // the methods of Object, and clone()
                || candidates.anyMatch(method -> (name.equals("<init>") || name.equals(method.getName()))
                        && type.parameterList().equals(List.of(method.getParameterTypes()))
                        && (!(method instanceof Method m) || type.returnType() == m.getReturnType()))
                || isSignaturePolymorphic(owner, name);
    }

    /** Such as {@code MethodHandle.invokeExact}, called with any descriptor. */
    private static boolean isSignaturePolymorphic(Class<?> owner, String name) {
        return owner.getPackageName().equals("java.lang.invoke")
                && Arrays.stream(owner.getMethods())
                        .anyMatch(method -> method.getName().equals(name) && method.isVarArgs());
    }

    private boolean hasField(Class<?> owner, String name, String descriptor) {
        Class<?> type =
                MethodType.fromMethodDescriptorString("()" + descriptor, loader).returnType();
        return lineage(owner)
                .flatMap(each -> Arrays.stream(each.getDeclaredFields()))
                .anyMatch(field -> field.getName().equals(name) && field.getType() == type);
    }

    /** The class, its superclasses, all their interfaces, and for an interface Object. */
    private static Stream<Class<?>> lineage(Class<?> type) {
        Set<Class<?>> all = new LinkedHashSet<>();
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            addWithInterfaces(each, all);
        }
        all.add(Object.class);
        return all.stream();
    }

    private static void addWithInterfaces(Class<?> type, Set<Class<?>> all) {
        if (all.add(type)) {
            for (Class<?> implemented : type.getInterfaces()) {
                addWithInterfaces(implemented, all);
            }
        }
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }
}
