package dev.parley.node.dht;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.SendOptions;
import dev.parley.file.FileSharing;
import dev.parley.node.AgentNode;
import dev.parley.node.AgentNodeBuilder;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What a user hears who has left a protocol out at one end. */
class SilentSeedsIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** Hears the first warning. */
  private static final class Warnings extends AppenderBase<ILoggingEvent> {
    private final Sinks.One<String> first = Sinks.one();

    @Override
    protected void append(ILoggingEvent event) {
      if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
        first.tryEmitValue(event.getFormattedMessage());
      }
    }
  }

  private static AgentNodeBuilder node() {
    return AgentNode.builder().identity(Identity.generate()).network("test");
  }

  @Test
  void aSeedWithoutADhtIsNamedAndMessagesReachItAllTheSame() {
    Logger log = (Logger) LoggerFactory.getLogger(SilentSeeds.class);
    Warnings warnings = new Warnings();
    warnings.start();
    log.addAppender(warnings);
    try (AgentNode bob =
            node().listen("127.0.0.1", 0).receive(in -> Mono.just(in.message())).startNow();
        AgentNode alice = node().with(Dht.seeds(bob.peerAddress())).startNow()) {
      assertThat(warnings.first.asMono().block(LIMIT))
          .startsWith("the seed " + bob.id().toShortString() + " is in no DHT");
      assertThat(alice.sendNow(bob.id(), Message.text("hello"), SendOptions.timeout(LIMIT)).text())
          .isEqualTo("hello");
    } finally {
      log.detachAppender(warnings);
    }
  }

  @Test
  void whatWasLeftOutIsToldWhereItIsAskedFor() {
    try (AgentNode alice = node().startNow()) {
      assertThatIllegalStateException()
          .isThrownBy(() -> Dht.of(alice))
          .withMessage("this node is in no DHT; start it .with(Dht.seeds(...))");
      assertThatIllegalStateException()
          .isThrownBy(() -> FileSharing.of(alice))
          .withMessageStartingWith("this node sends and takes no files; start it");
      alice.online().block(LIMIT);
    }
  }
}
