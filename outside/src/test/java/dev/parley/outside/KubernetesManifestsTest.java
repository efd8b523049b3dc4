package dev.parley.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Kubernetes' own types take every manifest, field by field. */
class KubernetesManifestsTest {
  private static final Map<String, Class<? extends HasMetadata>> TYPES =
      Map.of(
          "v1 Service", Service.class,
          "apps/v1 StatefulSet", StatefulSet.class,
          "policy/v1 PodDisruptionBudget", PodDisruptionBudget.class);

  /** The types would keep fields that they do not know; here these fail. */
  private static final ObjectMapper STRICT =
      JsonMapper.builder()
          .annotationIntrospector(
              new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1;

                @Override
                public Boolean hasAnySetter(MapperConfig<?> config, Annotated a) {
                  return false;
                }
              })
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  static List<JsonNode> manifests() throws IOException {
    List<JsonNode> documents = new ArrayList<>();
    try (Stream<Path> files = Files.list(SourceTree.root().resolve("deploy/kubernetes"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).toList()) {
        for (String text : Files.readString(file).split("(?m)^---$")) {
          documents.add(new YAMLMapper().readTree(text));
        }
      }
    }
    assertThat(documents).hasSizeGreaterThanOrEqualTo(3);
    return documents;
  }

  private static HasMetadata read(JsonNode manifest) {
    String type = manifest.path("apiVersion").asString() + " " + manifest.path("kind").asString();
    assertThat(TYPES).containsKey(type);
    return STRICT.treeToValue(manifest, TYPES.get(type));
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void kubernetesKnowsEveryField(JsonNode manifest) {
    assertThat(read(manifest).getMetadata().getName()).isEqualTo("parley");
  }

  @Test
  void whatItReadsIsWhatIsWritten() throws IOException {
    StatefulSet set =
        (StatefulSet)
            read(
                manifests().stream()
                    .filter(m -> m.path("kind").asString().equals("StatefulSet"))
                    .findFirst()
                    .orElseThrow());

    assertThat(set.getSpec().getReplicas()).isEqualTo(3);
    assertThat(set.getSpec().getTemplate().getSpec().getContainers().get(0).getReadinessProbe())
        .satisfies(p -> assertThat(p.getHttpGet().getPath()).isEqualTo("/health/ready"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{apiVersion: v1, kind: Service, spec: {ports: [{port: 7400, targetport: parley}]}}",
        "{apiVersion: v1, kind: Service, spec: {ports: [{port: seven}]}}",
        "{apiVersion: apps/v1, kind: StatefulSet, spec: {replicas: 3, readinessProbe: {}}}",
        "{apiVersion: apps/v1, kind: StatefulSet, metadata: {labels: [parley]}}",
      })
  void aSlipIsFound(String text) {
    JsonNode slip = new YAMLMapper().readTree(text);
    assertThatThrownBy(() -> read(slip)).isInstanceOf(JacksonException.class);
  }
}
