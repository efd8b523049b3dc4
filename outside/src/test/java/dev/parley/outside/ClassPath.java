package dev.parley.outside;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;

/** A class path that shares only the JDK with this test. */
final class ClassPath implements AutoCloseable {
  private final URLClassLoader loader;

  private ClassPath(URLClassLoader loader) {
    this.loader = loader;
  }

  static ClassPath of(List<Path> jars) throws MalformedURLException {
    URL[] urls = new URL[jars.size()];
    for (int i = 0; i < urls.length; i++) {
      urls[i] = jars.get(i).toUri().toURL();
    }
    return new ClassPath(new URLClassLoader(urls, ClassLoader.getPlatformClassLoader()));
  }

  /** Loads each class of a jar with all that its members name; returns the problems. */
  List<String> loadAll(Path jar) throws IOException {
    List<String> problems = new ArrayList<>();
    for (String name : classes(jar)) {
      try {
        Class<?> type = Class.forName(name, false, loader);
        type.getDeclaredMethods();
        type.getDeclaredConstructors();
        type.getDeclaredFields();
      } catch (ClassNotFoundException | LinkageError e) {
        problems.add(name + ": " + e.toString().replace('.', '/'));
      }
    }
    return problems;
  }

  /** The classes of a jar that are subtypes of the named type. */
  Set<String> subtypes(Path jar, String type) throws Exception {
    Class<?> wanted = Class.forName(type, false, loader);
    Set<String> found = new TreeSet<>();
    for (String name : classes(jar)) {
      if (wanted.isAssignableFrom(Class.forName(name, false, loader))) {
        found.add(name);
      }
    }
    return found;
  }

  private static List<String> classes(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream()
          .map(entry -> entry.getName())
          .filter(name -> name.endsWith(".class") && !name.startsWith("META-INF/"))
          .map(name -> name.substring(0, name.length() - ".class".length()).replace('/', '.'))
          .filter(name -> !name.endsWith("package-info") && !name.endsWith("module-info"))
          .toList();
    }
  }

  @Override
  public void close() throws IOException {
    loader.close();
  }
}
