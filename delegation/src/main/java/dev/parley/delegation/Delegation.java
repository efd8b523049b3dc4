package dev.parley.delegation;

import dev.parley.spi.Host;
import dev.parley.spi.Link;
import dev.parley.spi.NodeListener;
import dev.parley.spi.Protocol;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Objects;
import reactor.core.publisher.Mono;

/**
 * Functions that are closed until they are granted, as a protocol of a node's. An immutable value;
 * each node that is started with it gets {@link Delegations} of its own.
 *
 * <p>Grants are kept in the node's state: without a state file they end with the process.
 */
public final class Delegation implements Protocol {
  /** The feature bit of nodes that take calls of functions. */
  static final long FEATURE = 1L << 1;

  private static final Delegation DEFAULTS =
      new Delegation(InstantSource.system(), new SecureRandom(), DelegationOptions.DEFAULTS);

  private final InstantSource clock;
  private final SecureRandom random;
  private final DelegationOptions options;

  private Delegation(InstantSource clock, SecureRandom random, DelegationOptions options) {
    this.clock = clock;
    this.random = random;
    this.options = options;
  }

  /** With the system's clock and secure randomness. */
  public static Delegation defaults() {
    return DEFAULTS;
  }

  /** With another wall clock, by which grants begin and end; for tests. */
  public Delegation clock(InstantSource value) {
    return new Delegation(Objects.requireNonNull(value, "clock"), random, options);
  }

  /** With another source of grant ids and bearer keys, which must be secure; for tests. */
  public Delegation random(SecureRandom value) {
    return new Delegation(clock, Objects.requireNonNull(value, "random"), options);
  }

  /** How many grants are kept; 10,000 unless set. One more fails. */
  public Delegation maxGrants(int value) {
    if (value < 1 || value > 1_000_000) {
      throw new IllegalArgumentException("maxGrants is " + value + ", must be 1..1000000");
    }
    return new Delegation(
        clock, random, new DelegationOptions(value, options.maxWaitingRefusals()));
  }

  @Override
  public String name() {
    return "delegation";
  }

  @Override
  public long features() {
    return FEATURE;
  }

  @Override
  public Mono<Delegations> start(Host host) {
    return Mono.defer(
        () -> {
          GrantClock monotone = new GrantClock(clock);
          GrantBook book = new GrantBook(host.state(), monotone, options.maxGrants());
          return book.load().then(Mono.fromSupplier(() -> started(host, monotone, book)));
        });
  }

  private Delegations started(Host host, GrantClock monotone, GrantBook book) {
    Audit audit = new Audit(monotone);
    RefusalTick refusals =
        new RefusalTick(host.timer(), host.nanoClock(), options.maxWaitingRefusals());
    Functions functions = new Functions();
    ShownClaims shown = new ShownClaims(host.agent().id());
    FunctionGate gate =
        new FunctionGate(
            functions,
            book,
            new Access(book, host.network(), host.agent().id()),
            monotone,
            host.nanoClock(),
            refusals,
            new FunctionHandlers(functions, book, monotone, host.timer(), refusals, audit),
            audit,
            new Revocations(host, book, refusals, audit));
    host.answer(FunctionGate.PREFIX + "*", gate);
    host.watchLinks(
        new NodeListener() {
          @Override
          public void linkClosed(Link link, String reason) {
            gate.closed(link);
            shown.closed(link);
          }
        });
    return new Delegations(
        host,
        clock,
        functions,
        new Grants(host, book, audit, clock, random),
        new Claims(host, clock, random),
        shown,
        book,
        refusals,
        audit,
        options);
  }
}
