package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real processes, as many as {@code -Dparley.test.processes} says, that know one seed and keys. */
@Timeout(900)
class DhtProcessesIT {
  private static final int PROCESSES = Integer.getInteger("parley.test.processes", 6);

  /** Where many processes share few cores, some of them stand still for longer than timeouts. */
  private static final int ROUNDS = 3;

  private static final int TOGETHER = 5;

  private final Map<String, DemoProcess> agents = new LinkedHashMap<>();

  @AfterEach
  void close() {
    agents.values().forEach(DemoProcess::kill);
  }

  @Test
  void everyoneReachesEveryoneAlsoWhenAQuarterIsKilledAtOnce() throws Exception {
    String seed = start();
    everyoneReachesEveryone();

    List<String> killed =
        new ArrayList<>(agents.keySet().stream().skip(1).limit(PROCESSES / 4 - 1).toList());
    killed.add(seed.substring(0, seed.indexOf('@')));
    killed.forEach(id -> agents.get(id).kill());
    killed.forEach(agents::remove);

    assertThat(agents).hasSize(PROCESSES - PROCESSES / 4);
    everyoneReachesEveryone();
  }

  private String start() throws Exception {
    DemoProcess house = DemoProcess.start(List.of("--house"));
    List<DemoProcess> others = new ArrayList<>();
    for (int i = 1; i < PROCESSES; i++) {
      others.add(DemoProcess.start(List.of()));
    }
    String seed = house.answer();
    agents.put(seed.substring(0, seed.indexOf('@')), house);
    for (DemoProcess other : others) {
      agents.put(other.answer(), other);
    }
    for (int i = 0; i < others.size(); i += TOGETHER) {
      List<DemoProcess> joining = others.subList(i, Math.min(i + TOGETHER, others.size()));
      for (DemoProcess other : joining) {
        other.tell("join " + seed);
      }
      for (DemoProcess other : joining) {
        assertThat(other.answer()).startsWith("as ");
      }
    }
    return seed;
  }

  private void everyoneReachesEveryone() throws Exception {
    Map<String, String> missing = new LinkedHashMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      missing = whoDoesNotReachEveryone();
      if (missing.isEmpty()) {
        return;
      }
    }
    assertThat(missing).isEmpty();
  }

  private Map<String, String> whoDoesNotReachEveryone() throws Exception {
    for (Map.Entry<String, DemoProcess> agent : agents.entrySet()) {
      agent.getValue().tell("reach " + everyoneBut(agent.getKey()));
    }
    Map<String, String> missing = new LinkedHashMap<>();
    for (Map.Entry<String, DemoProcess> agent : agents.entrySet()) {
      String reached = agent.getValue().answer();
      if (!reached.equals("reached " + (agents.size() - 1))) {
        missing.put(agent.getKey(), reached);
      }
    }
    return missing;
  }

  private String everyoneBut(String id) {
    return agents.keySet().stream()
        .filter(other -> !other.equals(id))
        .collect(Collectors.joining(" "));
  }
}
