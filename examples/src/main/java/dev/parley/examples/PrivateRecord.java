package dev.parley.examples;

import dev.parley.AgentId;
import dev.parley.HandlerFailure;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.Network;
import dev.parley.PeerAddress;
import dev.parley.SendOptions;
import dev.parley.node.AgentNode;
import dev.parley.node.AgentNodeBuilder;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.util.Arrays;
import reactor.core.publisher.Mono;

/**
 * Private: a clinic gives a health record to the one agent whose it is.
 *
 * <p>The network is secret, so that who does not hold its 32 bytes gets no byte from the clinic at
 * all. Within it, the handler looks at the key that the handshake proved, and tells others nothing,
 * not even that there is a record.
 */
public final class PrivateRecord {
  private PrivateRecord() {}

  /** Runs the example. */
  public static void main(String[] args) {
    run(System.out);
  }

  static void run(PrintStream out) {
    byte[] secret = new byte[Network.SECRET_LENGTH];
    new SecureRandom().nextBytes(secret);
    Network network = Network.secret(secret);
    Arrays.fill(secret, (byte) 0);
    Identity patient = Identity.generate();

    try (AgentNode clinic =
            Nodes.start(
                Nodes.listening(network)
                    .receive("record/read", in -> recordFor(in.from(), patient.id())));
        AgentNode alice = Nodes.start(Nodes.knowing(clinic, network).identity(patient));
        AgentNode eve = Nodes.start(Nodes.knowing(clinic, network))) {
      out.println("the patient reads: " + read(alice, clinic));
      out.println("another agent: " + read(eve, clinic));
      out.println("another network: " + readFromOutside(clinic));
    }
  }

  private static Mono<Message> recordFor(AgentId from, AgentId patient) {
    return from.equals(patient)
        ? Mono.just(Message.text("blood type 0+"))
        : Mono.error(HandlerFailure.unauthorized());
  }

  private static String read(AgentNode reader, AgentNode clinic) {
    try {
      return reader.sendNow(clinic.id(), Message.empty(), SendOptions.to("record/read")).text();
    } catch (MessagingException e) {
      return e.code().name();
    }
  }

  private static String readFromOutside(AgentNode clinic) {
    AgentNodeBuilder outside =
        AgentNode.builder()
            .identity(Identity.generate())
            .network("another")
            .peer(new PeerAddress(clinic.id(), clinic.addresses().get(0)));
    try (AgentNode stranger = Nodes.start(outside)) {
      return read(stranger, clinic);
    }
  }
}
