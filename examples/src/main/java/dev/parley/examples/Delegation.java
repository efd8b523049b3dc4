package dev.parley.examples;

import static dev.parley.delegation.chain.Condition.argument;

import dev.parley.AgentId;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.Network;
import dev.parley.delegation.CallOptions;
import dev.parley.delegation.Claim;
import dev.parley.delegation.Delegations;
import dev.parley.delegation.FunctionCall;
import dev.parley.delegation.Grant;
import dev.parley.node.AgentNode;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Delegation: an agent grants another one a function, who passes it on to a third, narrower and
 * without asking. Who holds no claim of his own learns nothing, not even whether the function
 * exists.
 */
public final class Delegation {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final PrintStream out;
  private final AgentId owner;

  private Delegation(PrintStream out, AgentId owner) {
    this.out = out;
    this.owner = owner;
  }

  /** Runs the example. */
  public static void main(String[] args) {
    run(System.out);
  }

  static void run(PrintStream out) {
    Network network = Network.open("delegation");
    var speaks = dev.parley.delegation.Delegation.defaults();
    try (AgentNode owner = Nodes.start(Nodes.listening(network).with(speaks));
        AgentNode alice = Nodes.start(Nodes.knowing(owner, network).with(speaks));
        AgentNode carol = Nodes.start(Nodes.knowing(owner, network).with(speaks));
        AgentNode mallory = Nodes.start(Nodes.knowing(owner, network).with(speaks))) {
      doors(owner).functions().serve("text/reverse", Delegation::reverse);
      new Delegation(out, owner.id()).story(owner, alice, carol, mallory);
    }
  }

  private static Mono<Message> reverse(FunctionCall call) {
    String text = call.arguments().text("text");
    return Mono.just(Message.text(new StringBuilder(text).reverse().toString()));
  }

  private void story(AgentNode grantor, AgentNode alice, AgentNode carol, AgentNode mallory) {
    call("alice, without a claim", alice, null, "parley");

    Grant grant = Grant.to(alice.id()).functions("text/*").expiresIn(Duration.ofHours(1));
    Claim claim = now(doors(grantor).grants().grant(grant.delegable(1)));
    call("alice, by her claim", alice, claim, "parley");

    Grant narrower =
        Grant.to(carol.id()).functions("text/reverse").where(argument("text").is("parley"));
    Claim carols = doors(alice).claims().narrow(claim, narrower); // nobody is asked
    call("carol, by what alice passed on", carol, carols, "parley");
    call("carol, a longer text", carol, carols, "a longer text");
    call("mallory, by carol's claim", mallory, carols, "parley");

    doors(alice).claims().revoke(carols).block(SOON);
    call("carol, after alice took it back", carol, carols, "parley");
    call("alice, by her claim", alice, claim, "parley");

    now(doors(grantor).grants().revoke(claim.grantId()));
    call("alice, after it was revoked", alice, claim, "parley");
  }

  private static Delegations doors(AgentNode node) {
    return node.protocol(Delegations.class).orElseThrow();
  }

  private static <T> T now(Mono<T> mono) {
    return Objects.requireNonNull(mono.block(SOON));
  }

  private void call(String who, AgentNode caller, @Nullable Claim claim, String text) {
    CallOptions options = claim == null ? CallOptions.defaults() : CallOptions.claim(claim);
    Message message = Message.empty().withHeader("text", text);
    try {
      Message answer = now(doors(caller).call(owner, "text/reverse", message, options));
      out.println(who + ": " + answer.text());
    } catch (MessagingException e) {
      out.println(who + ": " + e.code());
    }
  }
}
