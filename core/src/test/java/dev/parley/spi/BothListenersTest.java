package dev.parley.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class BothListenersTest {
  /** Also of methods that are added later. */
  @Test
  void eachHearsEverything() throws ReflectiveOperationException {
    List<String> heard = new ArrayList<>();
    NodeListener both = NodeListener.both(recording("first", heard), recording("second", heard));

    for (Method method : NodeListener.class.getMethods()) {
      if (Modifier.isStatic(method.getModifiers())) {
        continue;
      }
      heard.clear();
      method.invoke(both, Arrays.stream(method.getParameterTypes()).map(this::zero).toArray());

      assertThat(heard).containsExactly("first " + method.getName(), "second " + method.getName());
    }
  }

  private Object zero(Class<?> type) {
    return type == long.class ? (Object) 0L : type == boolean.class ? false : null;
  }

  private static NodeListener recording(String name, List<String> heard) {
    InvocationHandler handler =
        (proxy, method, args) -> {
          heard.add(name + " " + method.getName());
          return method.getReturnType() == List.class ? List.of() : null;
        };
    return (NodeListener)
        Proxy.newProxyInstance(
            BothListenersTest.class.getClassLoader(), new Class<?>[] {NodeListener.class}, handler);
  }
}
