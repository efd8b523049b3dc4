package dev.parley.examples;

import dev.parley.HandlerFailure;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.Network;
import dev.parley.SendOptions;
import dev.parley.node.AgentNode;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;

/**
 * Delegation: calling a named function at another agent, which the caller was allowed to call.
 *
 * <p>Parley has no capabilities yet. What stands here for one is a secret of 512 bits that the
 * owner gave out, sent in a header and compared in constant time; it is as good as whoever holds
 * it, and this program neither expires nor counts nor revokes it.
 */
public final class Delegation {
  private static final String SECRET = "secret";
  private static final int SECRET_BYTES = 64;

  private final Map<String, UnaryOperator<String>> functions =
      Map.of("reverse", s -> new StringBuilder(s).reverse().toString());
  private final byte[] secret = new byte[SECRET_BYTES];

  private Delegation() {
    new SecureRandom().nextBytes(secret);
  }

  /** Runs the example. */
  public static void main(String[] args) {
    run(System.out);
  }

  static void run(PrintStream out) {
    Network network = Network.open("delegation");
    Delegation owner = new Delegation();
    String granted = HexFormat.of().formatHex(owner.secret);
    try (AgentNode calculator =
            Nodes.start(Nodes.listening(network).receive("call/reverse", owner::call));
        AgentNode caller = Nodes.start(Nodes.knowing(calculator, network))) {
      out.println("with the secret: " + call(caller, calculator, granted));
      out.println("with another: " + call(caller, calculator, "00".repeat(SECRET_BYTES)));
      out.println("without: " + call(caller, calculator, ""));
    }
  }

  private Mono<Message> call(Inbound in) {
    String shown = in.message().headers().getOrDefault(SECRET, "");
    byte[] expected = HexFormat.of().formatHex(secret).getBytes(StandardCharsets.US_ASCII);
    if (!MessageDigest.isEqual(expected, shown.getBytes(StandardCharsets.UTF_8))) {
      return Mono.error(HandlerFailure.unauthorized()); // says nothing about why
    }
    UnaryOperator<String> function = functions.get(in.route().substring("call/".length()));
    return function == null
        ? Mono.error(HandlerFailure.rejected("there is no such function"))
        : Mono.just(Message.text(function.apply(in.message().text())));
  }

  private static String call(AgentNode caller, AgentNode owner, String secret) {
    Message arguments = Message.text("parley").withHeader(SECRET, secret);
    try {
      return caller.sendNow(owner.id(), arguments, SendOptions.to("call/reverse")).text();
    } catch (MessagingException e) {
      return e.code().name();
    }
  }
}
