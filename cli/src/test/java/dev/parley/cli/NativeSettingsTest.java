package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings are read by reflection: GraalVM's native image has to be told of each group. */
class NativeSettingsTest {
  @ParameterizedTest
  @CsvSource({
    "transport-rsocket, dev.parley.transport.rsocket.TransportOptions",
    "dht, dev.parley.dht.DhtOptions",
  })
  void metadataNamesEachGroupAndItsBuilder(String module, Class<?> options) throws IOException {
    Set<String> records = new TreeSet<>();
    collect(options, records);
    Path directory =
        Path.of("..", module, "src/main/resources/META-INF/native-image/dev.parley")
            .resolve("parley-" + module + "-settings");

    same(directory.resolve("reflect-config.json"), reflection(records));
    same(directory.resolve("proxy-config.json"), proxies(records));
  }

  private static void collect(Class<?> record, Set<String> records) {
    records.add(record.getName());
    for (RecordComponent component : record.getRecordComponents()) {
      if (component.getType().isRecord()) {
        collect(component.getType(), records);
      }
    }
  }

  private static String reflection(Set<String> records) {
    return records.stream()
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
                    .formatted(name, name))
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
