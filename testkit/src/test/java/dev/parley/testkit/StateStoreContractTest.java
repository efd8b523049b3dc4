package dev.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.PlantedStore.Fault;
import dev.parley.testkit.PlantedStore.Planted;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.platform.testkit.engine.Event;

/** The contract of stores notices what it is there to notice. */
@Timeout(120)
class StateStoreContractTest {
  private static List<String> failures(Class<? extends Planted> planted) {
    return Engine.run(planted).testEvents().failed().stream()
        .map(Event::getTestDescriptor)
        .map(test -> test.getDisplayName().replaceAll("\\(.*", ""))
        .toList();
  }

  @Test
  void passesASoundStore() {
    Engine.run(Sound.class)
        .testEvents()
        .assertStatistics(stats -> stats.started(17).succeeded(17).failed(0));
  }

  @Test
  void noticesAStoreThatForgetsOnReopening() {
    assertThat(failures(Forgets.class)).contains("remembersWhatItStoredIfItIsDurable");
  }

  @Test
  void noticesAStoreThatReorders() {
    assertThat(failures(Swaps.class)).contains("completesInTheOrderOfSubscription");
  }

  @Test
  void noticesAStoreThatCompletesBeforeItHasStored() {
    assertThat(failures(CompletesEarly.class)).contains("hasStoredWhatItCompletesIfItIsDurable");
  }

  @Test
  void noticesAStoreThatLosesWhatComesDuringACompaction() {
    assertThat(failures(Loses.class)).contains("losesNoAppendAroundACompaction");
  }

  @Test
  void noticesAStoreThatCopiesLate() {
    assertThat(failures(CopiesLate.class)).contains("sharesNoArraysWithItsCallers");
  }

  static class Sound extends Planted {
    Sound() {
      super(Fault.NONE);
    }
  }

  static class Forgets extends Planted {
    Forgets() {
      super(Fault.FORGETS_ON_REOPENING);
    }
  }

  static class Swaps extends Planted {
    Swaps() {
      super(Fault.SWAPS_TWO_RECORDS);
    }
  }

  static class CompletesEarly extends Planted {
    CompletesEarly() {
      super(Fault.COMPLETES_BEFORE_IT_HAS_STORED);
    }
  }

  static class Loses extends Planted {
    Loses() {
      super(Fault.LOSES_WHAT_COMES_DURING_A_COMPACTION);
    }
  }

  static class CopiesLate extends Planted {
    CopiesLate() {
      super(Fault.COPIES_LATE);
    }
  }
}
