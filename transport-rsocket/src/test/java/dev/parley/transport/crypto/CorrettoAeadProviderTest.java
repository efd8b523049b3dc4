package dev.parley.transport.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CorrettoAeadProviderTest {

  /** The class path without the Amazon Corretto Crypto Provider, with this package loaded anew. */
  private static final class Without extends ClassLoader {
    Without() {
      super(CorrettoAeadProviderTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith("com.amazon.corretto.")) {
        throw new ClassNotFoundException(name);
      }
      if (!name.startsWith("dev.parley.transport.crypto.")) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded != null ? loaded : define(name);
      }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }

  @Test
  void leavesTheOtherProvidersWhereItsJarIsNotThere() throws Exception {
    ClassLoader without = new Without();
    Class<?> providers = without.loadClass(AeadProviders.class.getName());
    Class<?> provider = without.loadClass(AeadProvider.class.getName());
    List<Object> names = new ArrayList<>();
    for (Object one : (List<?>) providers.getMethod("builtIn").invoke(null)) {
      names.add(provider.getMethod("name").invoke(one));
    }
    assertThat(names).containsExactly("jca", "bouncycastle");
  }
}
