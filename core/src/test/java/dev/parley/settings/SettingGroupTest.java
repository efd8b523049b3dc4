package dev.parley.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.parley.Address;
import dev.parley.spi.Setting;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingGroupTest {
  /** What a module has: settings of its own, and a group. */
  record Toy(List<Address> at, RoundingMode mode, int threads, Pace pace) {
    static final SettingGroup<Toy, Builder> SETTINGS =
        SettingGroup.of("toy", Toy.class, Builder.class);

    Toy {
      SETTINGS.check(at, mode, threads, pace);
    }

    interface Builder {
      @Setting(what = "Where", range = "0 to 2")
      Builder at(Address value);

      @Setting(what = "How to round", byDefault = "HALF_UP")
      Builder mode(RoundingMode value);

      @Setting(what = "Threads", byDefault = "processors, 2 to 2", range = "1 to 256")
      Builder threads(int value);

      @Setting(what = "How fast it goes")
      Builder pace(Consumer<Pace.Builder> change);

      Toy build();
    }
  }

  record Pace(boolean steady, Duration idle, Duration dead, int queueBytes, long allBytes) {
    interface Builder {
      @Setting(what = "Whether it is steady", byDefault = "false")
      Builder steady(boolean value);

      @Setting(what = "Silence before a question", byDefault = "15s", range = "100ms to 1d")
      Builder idle(Duration value);

      @Setting(
          what = "Silence before the end",
          byDefault = "45s",
          range = "100ms to 1d",
          above = "idle",
          atLimit = "it is given up")
      Builder dead(Duration value);

      @Setting(what = "Bytes", byDefault = "64KiB", range = "1KiB to 1GiB", below = "allBytes")
      Builder queueBytes(int value);

      @Setting(what = "All bytes", byDefault = "256MiB", range = "1KiB or more")
      Builder allBytes(long value);
    }
  }

  @Test
  void defaultsAreThoseOfTheDeclaration() {
    Toy toy = Toy.SETTINGS.defaults();

    assertThat(toy)
        .isEqualTo(
            new Toy(
                List.of(),
                RoundingMode.HALF_UP,
                2,
                new Pace(
                    false, Duration.ofSeconds(15), Duration.ofSeconds(45), 65_536, 256L << 20)));
    assertThat(Toy.SETTINGS.builder().build()).isEqualTo(toy);
  }

  @Test
  void aBuilderChangesWhatItIsToldAndGoesOnFromAnyValue() {
    Address a = Address.tcp("a", 1);
    Address b = Address.tcp("b", 2);
    Toy first = Toy.SETTINGS.builder().at(a).pace(p -> p.steady(true).queueBytes(2048)).build();
    Toy second = Toy.SETTINGS.builder(first).at(b).pace(p -> p.allBytes(4096)).build();

    assertThat(first.at()).containsExactly(a);
    assertThat(first.pace().allBytes()).isEqualTo(256L << 20);
    assertThat(second.at()).containsExactly(a, b);
    assertThat(second.pace().queueBytes()).isEqualTo(2048);
    assertThat(second.pace().steady()).isTrue();
    assertThat(second.pace().allBytes()).isEqualTo(4096);
  }

  @Test
  void allThatIsWrongInAllGroupsIsToldAtOnce() {
    Toy.Builder wrong =
        Toy.SETTINGS
            .builder()
            .threads(0)
            .at(Address.tcp("a", 1))
            .at(Address.tcp("b", 1))
            .at(Address.tcp("c", 1))
            .pace(p -> p.idle(Duration.ofMillis(5)).dead(Duration.ofDays(2)).allBytes(7));

    assertThatIllegalArgumentException()
        .isThrownBy(wrong::build)
        .withMessage(
            "toy.at has 3, must be 0 to 2; toy.threads is 0, must be 1 to 256;"
                + " toy.pace.idle is 5ms, must be 100ms to 1d;"
                + " toy.pace.dead is 2d, must be 100ms to 1d;"
                + " toy.pace.queueBytes is 64KiB, must be less than allBytes, which is 7;"
                + " toy.pace.allBytes is 7, must be 1KiB or more");
  }

  @Test
  void aRuleAboutTwoSettingsNamesBoth() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Toy.SETTINGS.builder().pace(p -> p.dead(Duration.ofSeconds(15))).build())
        .withMessage("toy.pace.dead is 15s, must be more than idle, which is 15s");
  }

  @Test
  void aRecordMadeByHandIsChecked() {
    Toy toy = Toy.SETTINGS.defaults();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Toy(toy.at(), toy.mode(), 257, toy.pace()))
        .withMessage("toy.threads is 257, must be 1 to 256");
  }

  @Test
  void nullIsRefusedAtTheCall() {
    assertThatNullPointerException()
        .isThrownBy(() -> Toy.SETTINGS.builder().mode(null))
        .withMessage("mode");
  }

  @Test
  void declarationsTellAllOfASetting() {
    List<Declaration> all = SettingGroup.declarations(Toy.SETTINGS.builder());

    assertThat(all)
        .extracting(Declaration::key)
        .containsExactly(
            "toy.at",
            "toy.mode",
            "toy.threads",
            "toy.pace.steady",
            "toy.pace.idle",
            "toy.pace.dead",
            "toy.pace.queueBytes",
            "toy.pace.allBytes");
    assertThat(all.get(2).byDefault()).isEqualTo("processors, 2 to 2");
    assertThat(all.get(5))
        .isEqualTo(
            new Declaration(
                "toy.pace.dead",
                Duration.class,
                "time",
                "45s",
                "100ms to 1d, more than idle",
                "Silence before the end",
                "it is given up",
                "toy.pace",
                "How fast it goes"));
  }

  @Test
  void setsWhatIsWrittenInAFile() {
    Toy.Builder toy = Toy.SETTINGS.builder();

    assertThat(SettingGroup.set(toy, "toy.at", "a:1, b:2")).isTrue();
    assertThat(SettingGroup.set(toy, "toy.mode", "floor")).isTrue();
    assertThat(SettingGroup.set(toy, "toy.pace.steady", "on")).isTrue();
    assertThat(SettingGroup.set(toy, "toy.pace.queueBytes", "2KiB")).isTrue();
    assertThat(SettingGroup.set(toy, "toy.pace.ilde", "1s")).isFalse();
    assertThat(SettingGroup.set(toy, "toy.pace", "1s")).isFalse();
    assertThat(SettingGroup.set(toy, "toy.threads.x", "1")).isFalse();
    assertThat(toy.build())
        .isEqualTo(
            Toy.SETTINGS
                .builder()
                .at(Address.tcp("a", 1))
                .at(Address.tcp("b", 2))
                .mode(RoundingMode.FLOOR)
                .pace(p -> p.steady(true).queueBytes(2048))
                .build());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "toy.threads     | many | must be a whole number such as 1024, 64KiB or 4MiB",
        "toy.threads     | 3000000000 | must be a whole number below 2147483648",
        "toy.pace.idle   | 5    | must be a duration such as 500ms, 5s, 2m, 1h or 1d, not 5",
        "toy.pace.steady | so   | must be true or false",
        "toy.mode        | most | must be one of UP, DOWN, CEILING, FLOOR, HALF_UP,"
            + " HALF_DOWN, HALF_EVEN, UNNECESSARY",
      })
  void textsThatAreNoValueAreRefusedWithTheirKey(String key, String text, String rule) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SettingGroup.set(Toy.SETTINGS.builder(), key, text))
        .withMessage(key + " is " + text + ", " + rule);
  }

  @Test
  void whatIsDeclaredIsReadAsItIsWritten() {
    for (Declaration d : SettingGroup.declarations(Toy.SETTINGS.builder())) {
      if (!d.byDefault().startsWith("processors")) {
        Toy.Builder toy = Toy.SETTINGS.builder();
        assertThat(SettingGroup.set(toy, d.key(), d.byDefault())).as(d.key()).isTrue();
        assertThat(toy.build()).isEqualTo(Toy.SETTINGS.defaults());
      }
    }
  }

  record Unset(int declared, int forgotten) {
    interface Builder {
      @Setting(what = "Declared", byDefault = "1")
      Builder declared(int value);

      @Setting(what = "Without a component", byDefault = "1")
      Builder extra(int value);
    }
  }

  record Place(Address at, List<String> names) {
    static final SettingGroup<Place, Builder> SETTINGS =
        SettingGroup.of("place", Place.class, Builder.class);

    Place {
      List<String> problems = SETTINGS.problems(at, names);
      if (names.contains(at.host())) {
        problems.add("place.names has its own host");
      }
      SettingGroup.refuse(problems);
    }

    interface Builder {
      @Setting(what = "Where", byDefault = "localhost:1", parse = "parseListen")
      Builder at(Address value);

      @Setting(what = "Names", range = "0 to 1")
      Builder names(String value);

      Place build();
    }
  }

  @Test
  void aValueIsReadByTheMethodThatIsDeclared() {
    Place.Builder place = Place.SETTINGS.builder();

    assertThat(SettingGroup.set(place, "place.at", "a:0")).isTrue();
    assertThat(place.build().at()).isEqualTo(Address.tcp("a", 0));
    assertThat(SettingGroup.declarations(place).get(0).range()).isEqualTo("address");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SettingGroup.set(place, "place.at", "a"))
        .withMessage("place.at is a, must be valid: address has no port: write host:port");
  }

  @Test
  void whatARecordChecksByItselfIsToldWithTheRest() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Place.SETTINGS.builder().names("a").names("localhost").build())
        .withMessage("place.names has 2, must be 0 to 1; place.names has its own host");
  }

  @Test
  void everyComponentHasASetterAndTheOtherWayRound() {
    assertThatIllegalStateException()
        .isThrownBy(() -> SettingGroup.of("", Unset.class, Unset.Builder.class))
        .withMessageEndingWith("[extra, forgotten]");
  }

  @ParameterizedTest
  @CsvSource({"PT0S,0", "PT0.25S,250ms", "PT90S,90s", "PT120S,2m", "PT24H,1d", "PT1H,1h"})
  void timesAreWrittenAsTheyAreRead(Duration time, String text) {
    assertThat(Times.write(time)).isEqualTo(text);
    assertThat(Times.read(text)).isEqualTo(time);
    assertThat(Times.read(time.toString())).isEqualTo(time);
  }

  @ParameterizedTest
  @CsvSource({"0,0", "1000,1000", "16777215,16777215", "4194304,4MiB", "1099511627776,1TiB"})
  void sizesAreWrittenAsTheyAreRead(long bytes, String text) {
    assertThat(Sizes.write(bytes)).isEqualTo(text);
    assertThat(Sizes.read(text)).isEqualTo(bytes);
  }
}
