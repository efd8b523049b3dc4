package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Address;
import dev.parley.spi.Setting;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings are read by reflection: GraalVM's native image has to be told of each group. */
class NativeSettingsTest {
  @ParameterizedTest
  @CsvSource({
    "transport-rsocket, dev.parley.transport.rsocket.TransportOptions",
    "dht, dev.parley.dht.DhtOptions",
    "node, dev.parley.node.NodeLimits dev.parley.file.FileOptions",
    "observability, dev.parley.observability.http.HttpOptions",
  })
  void metadataNamesEachGroupAndItsBuilder(String module, String options) throws Exception {
    Set<String> records = new TreeSet<>();
    Set<String> parsers = new TreeSet<>();
    for (String one : options.split(" ")) {
      collect(Class.forName(one), records);
      collectParsers(Class.forName(one), parsers);
    }
    Path directory =
        Path.of("..", module, "src/main/resources/META-INF/native-image/dev.parley")
            .resolve("parley-" + module + "-settings");

    same(directory.resolve("reflect-config.json"), reflection(records, parsers));
    same(directory.resolve("proxy-config.json"), proxies(records));
  }

  private static void collect(Class<?> record, Set<String> records) {
    records.add(record.getName());
    for (RecordComponent component : record.getRecordComponents()) {
      if (component.getType().isRecord() && component.getType() != Address.class) {
        collect(component.getType(), records);
      }
    }
  }

  /** The static methods by which values are read that are neither numbers, texts nor enums. */
  private static void collectParsers(Class<?> record, Set<String> parsers) throws Exception {
    for (Method setter : Class.forName(record.getName() + "$Builder").getMethods()) {
      Setting declared = setter.getAnnotation(Setting.class);
      if (declared != null && setter.getParameterTypes()[0] == Address.class) {
        parsers.add(declared.parse());
      }
    }
  }

  private static String reflection(Set<String> records, Set<String> parsers) {
    Stream<String> addresses =
        parsers.stream()
            .map(
                parse ->
                    """
                      {
                        "name": "%s",
                        "methods": [{ "name": "%s", "parameterTypes": ["java.lang.String"] }]
                      }"""
                        .formatted(Address.class.getName(), parse));
    return Stream.concat(
            records.stream()
                .map(
                    name ->
                        """
                  {
                    "name": "%s",
                    "allDeclaredConstructors": true,
                    "allPublicMethods": true,
                    "allRecordComponents": true
                  },
                  {
                    "name": "%s$Builder",
                    "allPublicMethods": true
                  }"""
                            .formatted(name, name)),
            addresses)
        .collect(Collectors.joining(",\n", "[\n", "\n]\n"));
  }

  private static String proxies(Set<String> records) {
    return records.stream()
        .map(name -> "  { \"interfaces\": [\"" + name + "$Builder\"] }")
        .collect(Collectors.joining(",\n", "[\n", "\n]\n"));
  }

  private static void same(Path file, String text) throws IOException {
    if (Boolean.getBoolean("parley.docs.write")) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text, StandardCharsets.UTF_8);
    }
    assertThat(Files.readString(file))
        .as("write it anew: mvn -pl cli test -Dtest=NativeSettingsTest -Dparley.docs.write=true")
        .isEqualTo(text);
  }
}
