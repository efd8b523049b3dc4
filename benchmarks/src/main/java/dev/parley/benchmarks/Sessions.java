package dev.parley.benchmarks;

import dev.parley.Identity;
import dev.parley.Network;
import dev.parley.transport.session.Dial;
import dev.parley.transport.session.EstablishedSession;
import dev.parley.transport.session.HandshakeRefusedException;
import dev.parley.transport.session.InitiatorHandshake;
import dev.parley.transport.session.InitiatorOutcome;
import dev.parley.transport.session.ResponderHandshake;
import dev.parley.transport.session.SessionLimits;
import dev.parley.transport.session.SessionOptions;
import dev.parley.transport.session.Suite;
import dev.parley.transport.session.SuitePolicy;
import java.util.Arrays;
import java.util.List;

/** Two agents that speak without a network between them. */
final class Sessions {
  private static final Network NETWORK = Network.open("benchmark");
  private static final int PREFIX = 2;

  private final Suite suite;
  private final Identity bob = Identity.generate();
  private final SessionOptions alices = options(Identity.generate());
  private final SessionOptions bobs = options(bob);

  Sessions(Suite suite) {
    this.suite = suite;
  }

  private static SessionOptions options(Identity identity) {
    return SessionOptions.builder()
        .identity(identity)
        .network(NETWORK)
        .suites(new SuitePolicy(List.of(Suite.values()), false))
        .limits(new SessionLimits(32 << 10, 4 << 20, 64 << 10, 1024)) // what a node has
        .build();
  }

  /** Both ends of a session. */
  record Pair(EstablishedSession initiator, EstablishedSession responder) {}

  /** A message without its length. */
  static byte[] body(byte[] unit) {
    return Arrays.copyOfRange(unit, PREFIX, unit.length);
  }

  InitiatorHandshake dial() {
    return InitiatorHandshake.start(Dial.to(bob.id()).suite(suite), alices);
  }

  ResponderHandshake accept(byte[] message1) throws HandshakeRefusedException {
    return ResponderHandshake.precheck(bobs, message1);
  }

  /** A whole handshake. */
  Pair handshake() throws HandshakeRefusedException {
    InitiatorHandshake dialling = dial();
    ResponderHandshake accepting = accept(body(dialling.message1()));
    InitiatorOutcome outcome = dialling.readMessage2(body(accepting.message2()));
    if (!(outcome instanceof InitiatorOutcome.Established established)) {
      throw new IllegalStateException("refused");
    }
    return new Pair(established.session(), accepting.readMessage3(body(established.message3())));
  }
}
