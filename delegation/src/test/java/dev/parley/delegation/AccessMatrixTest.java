package dev.parley.delegation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.AgentId;
import dev.parley.Identity;
import dev.parley.Network;
import dev.parley.NetworkId;
import dev.parley.delegation.Access.Presented;
import dev.parley.delegation.chain.Audience;
import dev.parley.delegation.chain.Chain;
import dev.parley.delegation.chain.ChainPart;
import dev.parley.delegation.chain.Condition;
import dev.parley.delegation.chain.FixedCall;
import dev.parley.delegation.chain.FunctionPattern;
import dev.parley.delegation.chain.GrantId;
import dev.parley.delegation.chain.Scope;
import dev.parley.spi.InteractionModel;
import dev.parley.spi.StateStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Every kind of grant against every kind of caller, state, function, argument and chain, held
 * against an evaluator that shares no code with ours.
 */
class AccessMatrixTest {
  private static final NetworkId NETWORK = Network.open("bank").id();
  private static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");
  private static final Identity BOB = key(1);
  private static final Identity ALICE = key(2);
  private static final Identity CAROL = key(3);
  private static final Identity MALLORY = key(4);
  private static final Identity BEARER = key(5);
  private static final byte[] BINDING = "a link, named in thirty-two byte".getBytes(UTF_8);
  private static final byte[] OTHER_BINDING = "another, named in thirty-two too".getBytes(UTF_8);

  private enum Kind {
    ANYONE,
    AGENTS,
    BEARER
  }

  private enum Use {
    RIGHT,
    OF_ANOTHER_KEY,
    OF_ANOTHER_LINK,
    NONE
  }

  private enum State {
    ALIVE,
    NOT_YET,
    EXPIRED,
    EXHAUSTED,
    REVOKED,
    LAST_PART_REVOKED,
    FORGOTTEN
  }

  private enum Form {
    AS_IS,
    NARROWED,
    WIDENED,
    REORDERED,
    CUT,
    SPLICED,
    TAMPERED,
    NOT_DELEGABLE,
    OF_A_STRANGER,
    OF_A_FORGED_GRANT
  }

  private final GrantBook book = new GrantBook(StateStore.inMemory(), clock(), 100_000);
  private final Access access = new Access(book, NETWORK, BOB.id());
  private final NaiveEvaluator naive = new NaiveEvaluator();
  private final Map<Denial, Integer> denials = new EnumMap<>(Denial.class);
  private int next;
  private int rows;
  private int allowed;

  private static GrantClock clock() {
    return new GrantClock(() -> NOW);
  }

  private static Identity key(int n) {
    byte[] seed = new byte[32];
    Arrays.fill(seed, (byte) n);
    return Identity.fromSeed(seed);
  }

  @Test
  void agreesWithASecondEvaluatorInEachOfFortyThousandCases() {
    for (Kind kind : Kind.values()) {
      for (Form form : Form.values()) {
        for (State state : State.values()) {
          Chain chain = chain(kind, form, state);
          for (Use use : Use.values()) {
            for (AgentId caller : List.of(CAROL.id(), MALLORY.id(), twin(CAROL.id()))) {
              byte[] shown = use(chain, use, caller);
              for (String function : List.of("a/b/c", "a/b/d", "x", "a/bc")) {
                for (String amount : Arrays.asList("50", "500", null, "5x")) {
                  row(
                      chain,
                      shown,
                      caller,
                      function,
                      amount,
                      kind + " " + form + " " + state + " " + use);
                }
              }
            }
          }
        }
      }
    }
    assertThat(rows).isGreaterThan(40_000);
    assertThat(allowed).isGreaterThan(20);
    assertThat(denials.keySet())
        .contains(
            Denial.NO_GRANT,
            Denial.BAD_CHAIN,
            Denial.BAD_SIGNATURE,
            Denial.NOT_AUDIENCE,
            Denial.NOT_GRANTED,
            Denial.NOT_YET,
            Denial.EXPIRED,
            Denial.EXHAUSTED,
            Denial.REVOKED,
            Denial.CONDITION);
  }

  private void row(
      Chain chain, byte[] use, AgentId caller, String function, String amount, String what) {
    rows++;
    FixedCall call =
        new FixedCall(function, InteractionModel.REQUEST, NOW.toEpochMilli(), "amount", amount);
    Denial denial = access.denial(new Presented(chain, use, BINDING, false), caller, call);
    boolean expected =
        naive.allows(
            new NaiveEvaluator.Question(
                chain.bytes(),
                use,
                BINDING,
                caller.toBytes(),
                BOB.id().toBytes(),
                NETWORK.toBytes(),
                function,
                amount,
                NOW.toEpochMilli()));
    if (expected != (denial == null)) {
      throw new AssertionError(
          what + ", " + function + ", " + amount + ": " + denial + ", expected " + expected);
    }
    if (denial == null) {
      allowed++;
    } else {
      denials.merge(denial, 1, Integer::sum);
    }
  }

  private static AgentId twin(AgentId id) {
    byte[] bytes = id.toBytes();
    bytes[31] ^= (byte) 0x80;
    return AgentId.of(bytes);
  }

  private static byte[] use(Chain chain, Use use, AgentId caller) {
    return switch (use) {
      case RIGHT -> chain.use(BEARER, caller, BINDING);
      case OF_ANOTHER_KEY -> chain.use(MALLORY, caller, BINDING);
      case OF_ANOTHER_LINK -> chain.use(BEARER, caller, OTHER_BINDING);
      case NONE -> null;
    };
  }

  private Chain chain(Kind kind, Form form, State state) {
    boolean alone = form == Form.AS_IS;
    List<Condition> first = new ArrayList<>();
    List<Condition> last = new ArrayList<>();
    (next % 2 == 0 ? first : last).add(Condition.argument("amount").between(0, 100));
    List<Condition> timed = next % 4 < 2 ? first : last;
    if (state == State.NOT_YET) {
      timed.add(Condition.notBefore(NOW.plusMillis(1)));
    } else if (state == State.EXPIRED) {
      timed.add(Condition.notAfter(NOW));
    } else if (state == State.EXHAUSTED) {
      timed.add(Condition.maxUses(1));
    } else {
      timed.add(Condition.notBefore(NOW));
      timed.add(Condition.notAfter(NOW.plusMillis(1)));
      timed.add(Condition.maxUses(2));
    }
    if (alone) {
      first.addAll(last);
    }
    Audience end =
        kind == Kind.BEARER
            ? Audience.bearer(BEARER.id())
            : alone && kind == Kind.ANYONE
                ? Audience.anyone()
                : Audience.agents(List.of(CAROL.id()));
    Audience start =
        alone
            ? end
            : kind == Kind.ANYONE ? Audience.anyone() : Audience.agents(List.of(ALICE.id()));
    int delegable = form == Form.NOT_DELEGABLE ? 0 : 7;
    Chain root = root(new Scope(delegable, start, patterns("a/b/*"), first));
    Scope scope = new Scope(7, end, patterns(form == Form.WIDENED ? "*" : "a/b/c", "x"), last);
    Chain chain =
        switch (form) {
          case AS_IS -> root;
          case NARROWED, WIDENED, NOT_DELEGABLE -> root.with(ALICE, 1, scope);
          case REORDERED -> {
            Chain three = root.with(ALICE, 1, middle()).with(ALICE, 2, scope);
            yield Chain.of(
                List.of(three.parts().get(0), three.parts().get(2), three.parts().get(1)));
          }
          case CUT -> {
            Chain three = root.with(ALICE, 1, middle()).with(ALICE, 2, scope);
            yield Chain.of(List.of(three.parts().get(0), three.parts().get(2)));
          }
          case SPLICED -> {
            Chain other = root(new Scope(7, start, patterns("*"), List.of()));
            yield Chain.of(
                List.of(root.parts().get(0), other.with(ALICE, 1, scope).parts().get(1)));
          }
          case TAMPERED -> tampered(root.with(ALICE, 1, scope));
          case OF_A_STRANGER -> root.with(MALLORY, 1, scope);
          case OF_A_FORGED_GRANT -> forged(root).with(ALICE, 1, scope);
        };
    come(state, root, chain);
    next++;
    return chain;
  }

  private static Scope middle() {
    return new Scope(7, Audience.agents(List.of(ALICE.id())), patterns("a/*"), List.of());
  }

  private static List<FunctionPattern> patterns(String... texts) {
    return Arrays.stream(texts).map(FunctionPattern::new).toList();
  }

  /** A chain whose last part says something else than was signed. */
  private static Chain tampered(Chain chain) {
    byte[] bytes = chain.bytes();
    for (int i = bytes.length - 65; i > 0; i--) {
      if (bytes[i] == 'x') {
        bytes[i] = 'y';
        return Chain.parse(bytes);
      }
    }
    throw new AssertionError("names no x");
  }

  /** A grant of the same id, issued a moment later, as nobody signed it. */
  private static Chain forged(Chain root) {
    byte[] bytes = root.bytes();
    bytes[1 + 2 + 2 + 32 + 32 + 16 + 7] ^= 1;
    return Chain.parse(bytes);
  }

  private Chain root(Scope scope) {
    byte[] id = new byte[GrantId.LENGTH];
    id[0] = (byte) (next >> 8);
    id[1] = (byte) next;
    id[2] = (byte) naive.grants.size();
    id[3] = (byte) (naive.grants.size() >> 8);
    ChainPart.Grant grant =
        ChainPart.Grant.sign(BOB, NETWORK, GrantId.of(id), NOW.toEpochMilli(), scope);
    book.grant(grant, "").block();
    naive.grants.put(grant.id().toString(), grant.bytes());
    return Chain.of(grant);
  }

  /** Brings about a state, here and there. */
  private void come(State state, Chain root, Chain chain) {
    ChainPart.Grant grant = root.grant();
    GrantEntry entry = book.find(grant.id());
    switch (state) {
      case EXHAUSTED -> {
        book.use(entry, chain).block();
        chain.parts().forEach(part -> naive.used.put(NaiveEvaluator.hex(part.digest()), 1L));
      }
      case REVOKED -> {
        book.revoke(grant.id()).block();
        naive.revoked.add(grant.id().toString());
      }
      case LAST_PART_REVOKED -> {
        book.ban(entry, chain.last().digest()).block();
        naive.banned.add(NaiveEvaluator.hex(chain.last().digest()));
      }
      case FORGOTTEN -> {
        book.forget(grant.id());
        naive.grants.remove(grant.id().toString());
      }
      case ALIVE, NOT_YET, EXPIRED -> {}
    }
  }
}
