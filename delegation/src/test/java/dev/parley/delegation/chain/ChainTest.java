package dev.parley.delegation.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.AgentId;
import dev.parley.Identity;
import dev.parley.Network;
import dev.parley.NetworkId;
import dev.parley.spi.InteractionModel;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes of chains. */
class ChainTest {
  private static final NetworkId NETWORK = Network.open("bank").id();
  private static final Identity BOB = key(1);
  private static final Identity ALICE = key(2);
  private static final Identity CAROL = key(3);
  private static final GrantId ID = GrantId.of(new byte[16]);

  /** Where the body of a grant begins. */
  private static final int BODY = 2 + 32 + 32 + 16 + 8;

  private static Identity key(int n) {
    byte[] seed = new byte[32];
    Arrays.fill(seed, (byte) n);
    return Identity.fromSeed(seed);
  }

  private static Chain grant(Scope scope) {
    return Chain.of(ChainPart.Grant.sign(BOB, NETWORK, ID, 1000, scope));
  }

  private static Chain simple() {
    return grant(
        new Scope(
            2,
            Audience.agents(List.of(ALICE.id())),
            List.of(new FunctionPattern("a"), new FunctionPattern("b/*")),
            List.of(Condition.maxUses(5))));
  }

  private static Chain long3() {
    return simple().with(ALICE, 2000, Scope.of(Audience.agents(List.of(CAROL.id())), List.of("a")));
  }

  @Test
  void readsWhatItWritesOfEveryKind() {
    Random random = new Random(7);
    for (int i = 0; i < 300; i++) {
      Chain chain = grant(scope(random, true));
      for (int more = random.nextInt(4); more > 0; more--) {
        Scope scope = scope(random, false);
        if (chain.bytes().length < 3000) {
          chain = chain.with(key(1 + random.nextInt(9)), random.nextInt(1 << 30), scope);
        }
      }
      Chain read = Chain.parse(chain.bytes());
      assertThat(read.bytes()).isEqualTo(chain.bytes());
      assertThat(read.parts()).extracting(ChainPart::scope).isEqualTo(scopes(chain));
      assertThat(read.isSigned()).isTrue();
    }
  }

  private static List<Scope> scopes(Chain chain) {
    return chain.parts().stream().map(ChainPart::scope).toList();
  }

  private static Scope scope(Random random, boolean root) {
    Audience audience =
        switch (random.nextInt(root ? 3 : 2)) {
          case 0 -> Audience.bearer(key(20 + random.nextInt(9)).id());
          case 1 ->
              Audience.agents(
                  random.ints(1 + random.nextInt(3), 1, 9).mapToObj(n -> key(n).id()).toList());
          default -> Audience.anyone();
        };
    List<FunctionPattern> functions = new ArrayList<>();
    for (String name : List.of("*", "a", "a/b", "a/*", "z.9_-/x")) {
      if (functions.isEmpty() || random.nextBoolean()) {
        functions.add(new FunctionPattern(name));
      }
    }
    List<Condition> conditions = new ArrayList<>();
    for (Condition condition :
        List.of(
            Condition.notBefore(Instant.ofEpochMilli(random.nextInt(1 << 30))),
            Condition.notAfter(Instant.ofEpochMilli(random.nextInt(1 << 30))),
            Condition.maxUses(0xFFFF_FFFFL),
            Condition.models(InteractionModel.STREAM, InteractionModel.CHANNEL),
            Condition.argument("é").in(List.of("", "x", "\uD83D\uDE00", "y")),
            Condition.argument("n").between(-5, Long.MAX_VALUE),
            Condition.argument("p").startsWith("/home/"))) {
      if (random.nextBoolean()) {
        conditions.add(condition);
      }
    }
    return new Scope(random.nextInt(8), audience, functions, conditions);
  }

  @Test
  void noBitOfAChainCanBeChanged() {
    byte[] good = long3().bytes();
    for (int bit = 0; bit < good.length * 8; bit++) {
      byte[] bad = good.clone();
      bad[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThat(isGood(bad)).as("bit " + bit).isFalse();
    }
    assertThat(isGood(good)).isTrue();
  }

  private static boolean isGood(byte[] bytes) {
    try {
      Chain chain = Chain.parse(bytes);
      return chain.isWhole(NETWORK, BOB.id()) && chain.isSigned();
    } catch (ChainFormatException e) {
      return false;
    }
  }

  @Test
  void noByteOfAChainCanBeMissingOrMore() {
    byte[] good = long3().bytes();
    for (int length = 0; length < good.length; length++) {
      byte[] cut = Arrays.copyOf(good, length);
      assertThatExceptionOfType(ChainFormatException.class).isThrownBy(() -> Chain.parse(cut));
    }
    assertThatExceptionOfType(ChainFormatException.class)
        .isThrownBy(() -> Chain.parse(Arrays.copyOf(good, good.length + 1)));
  }

  static Stream<Arguments> malformed() {
    byte[] id = ALICE.id().toBytes();
    byte[] low = lower(ALICE.id(), CAROL.id());
    byte[] high = lower(ALICE.id(), CAROL.id()) == id ? CAROL.id().toBytes() : id;
    return Stream.of(
        Arguments.of("delegable beyond 7", bytes(8, 0, 1, 1, 'a', 0)),
        Arguments.of("audience of kind 3", bytes(0, 3, 1, 1, 'a', 0)),
        Arguments.of("no agents", bytes(0, 1, 0, 1, 1, 'a', 0)),
        Arguments.of("agents descending", bytes(0, 1, 2, high, low, 1, 1, 'a', 0)),
        Arguments.of("an agent twice", bytes(0, 1, 2, low, low, 1, 1, 'a', 0)),
        Arguments.of("a bearer's key that is no key", bytes(0, 2, new byte[32], 1, 1, 'a', 0)),
        Arguments.of("no function", bytes(0, 0, 0, 0)),
        Arguments.of("functions descending", bytes(0, 0, 2, 1, 'b', 1, 'a', 0)),
        Arguments.of("a function twice", bytes(0, 0, 2, 1, 'a', 1, 'a', 0)),
        Arguments.of("a name in capitals", bytes(0, 0, 1, 1, 'A', 0)),
        Arguments.of("an empty segment", bytes(0, 0, 1, 4, 'a', '/', '/', 'b', 0)),
        Arguments.of("a slash first", bytes(0, 0, 1, 2, '/', 'a', 0)),
        Arguments.of("a slash last", bytes(0, 0, 1, 2, 'a', '/', 0)),
        Arguments.of("a star within", bytes(0, 0, 1, 3, 'a', '*', 'b', 0)),
        Arguments.of("a condition of type 8", bytes(0, 0, 1, 1, 'a', 1, 8, 0, 0)),
        Arguments.of("a condition of type 0", bytes(0, 0, 1, 1, 'a', 1, 0, 0, 0)),
        Arguments.of("conditions descending", bytes(0, 0, 1, 1, 'a', 2, USES, 2, USES, 1)),
        Arguments.of("no uses", bytes(0, 0, 1, 1, 'a', 1, USES, 0)),
        Arguments.of("a value too long", bytes(0, 0, 1, 1, 'a', 1, 3, 0, 5, 0, 0, 0, 1, 0)),
        Arguments.of("a value too short", bytes(0, 0, 1, 1, 'a', 1, 3, 0, 3, 0, 0, 1)),
        Arguments.of("signals", bytes(0, 0, 1, 1, 'a', 1, 4, 0, 1, 8)),
        Arguments.of("no models", bytes(0, 0, 1, 1, 'a', 1, 4, 0, 1, 0)),
        Arguments.of("no texts", bytes(0, 0, 1, 1, 'a', 1, 5, 0, 3, 1, 'n', 0)),
        Arguments.of(
            "texts descending",
            bytes(0, 0, 1, 1, 'a', 1, 5, 0, 9, 1, 'n', 2, 0, 1, 'y', 0, 1, 'x')),
        Arguments.of("a name that is empty", bytes(0, 0, 1, 1, 'a', 1, 7, 0, 2, 0, 'x')),
        Arguments.of("a text that is no UTF-8", bytes(0, 0, 1, 1, 'a', 1, 7, 0, 3, 1, 'n', 0xff)),
        Arguments.of(
            "a range upside down", bytes(0, 0, 1, 1, 'a', 1, 6, 0, 18, 1, 'n', LONG, 2, LONG, 1)),
        Arguments.of(
            "a time below zero", bytes(0, 0, 1, 1, 'a', 1, 1, 0, 8, 0x80, 0, 0, 0, 0, 0, 0, 0)));
  }

  private static final byte[] USES = {3, 0, 4, 0, 0, 0};
  private static final byte[] LONG = new byte[7];

  private static byte[] lower(AgentId a, AgentId b) {
    return (a.compareTo(b) < 0 ? a : b).toBytes();
  }

  private static byte[] bytes(Object... pieces) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (Object piece : pieces) {
      if (piece instanceof byte[] many) {
        all.writeBytes(many);
      } else {
        all.write(piece instanceof Character c ? c : (Integer) piece);
      }
    }
    return all.toByteArray();
  }

  /** A grant with this body, of a chain that is right in all else. */
  private static byte[] grantWith(byte[] body) {
    byte[] grant = simple().parts().get(0).bytes();
    byte[] part = bytes(Arrays.copyOf(grant, BODY), body, new byte[64]);
    return bytes(1, part.length >> 8, part.length & 0xff, part);
  }

  @Test
  void readsABodyWrittenByHand() {
    assertThat(Chain.parse(grantWith(bytes(0, 0, 1, 1, 'a', 0))).last().scope())
        .isEqualTo(Scope.of(Audience.anyone(), List.of("a")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void malformed(String what, byte[] body) {
    assertThatExceptionOfType(ChainFormatException.class)
        .as(what)
        .isThrownBy(() -> Chain.parse(grantWith(body)));
  }

  @Test
  void refusesChainsThatAreTooLong() {
    Chain chain = simple();
    for (int i = 1; i < Chain.MAX_PARTS; i++) {
      chain = chain.with(ALICE, 0, Scope.of(Audience.agents(List.of(ALICE.id())), List.of("a")));
    }
    Chain whole = chain;
    Scope one = Scope.of(Audience.agents(List.of(ALICE.id())), List.of("a"));
    assertThatExceptionOfType(ChainFormatException.class)
        .isThrownBy(() -> whole.with(ALICE, 0, one));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> simple().with(ALICE, 0, Scope.of(Audience.anyone(), List.of("a"))));
  }

  @Test
  void signsNothingThatCannotBeRead() {
    Scope scope = Scope.of(Audience.agents(List.of(ALICE.id())), List.of("a"));
    assertThatIllegalArgumentException().isThrownBy(() -> simple().with(ALICE, -1, scope));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Condition.notAfter(Instant.ofEpochMilli(-1)));
  }

  @Test
  void aPathIsBelowAPrefixByWholeSegments() {
    Condition below = Condition.argument("p").startsWith("home/");
    assertThat(Stream.of("home/a", "home/a/b").allMatch(p -> holds(below, p))).isTrue();
    assertThat(
            Stream.of("home", "home/", "home/../etc", "home/a/..", "home//a", "homes/a", "")
                .noneMatch(p -> holds(below, p)))
        .isTrue();
  }

  private static boolean holds(Condition condition, String value) {
    return condition.holds(new FixedCall("f", InteractionModel.REQUEST, 0, "p", value));
  }
}
