package dev.parley.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.Network;
import dev.parley.node.AgentNode;
import dev.parley.node.AgentNodeBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

class NetworksGuideTest {
  private static final Page PAGE = Page.of("networks-and-secrets.md");
  private static final Duration LIMIT = Duration.ofSeconds(5);
  @RegisterExtension final Agents agents = new Agents();

  private static byte[] random() {
    byte[] secret = new byte[Network.SECRET_LENGTH];
    new SecureRandom().nextBytes(secret);
    return secret;
  }

  private AgentNode bob(AgentNodeBuilder in) {
    return agents.start(
        in.identity(Identity.generate())
            .listen("127.0.0.1", 0)
            .receive(message -> Mono.just(Message.text("welcome"))));
  }

  private AgentNode member(Network network, AgentNode peer) {
    return agents.start(
        AgentNode.builder()
            .identity(Identity.generate())
            .network(network)
            .peer(peer.peerAddress()));
  }

  @Test
  void keepsOthersOut(@TempDir Path directory) throws Exception {
    Path file = Files.write(directory.resolve("network.key"), random());
    // region secret
    byte[] secret = Files.readAllBytes(file); // 32 random bytes, the same at each member
    Network network = Network.secret(secret);
    Arrays.fill(secret, (byte) 0);
    // endregion
    AgentNode bob = bob(AgentNode.builder().network(network));

    AgentNode alice = member(network, bob);
    assertThat(alice.sendNow(bob.id(), Message.empty(), LIMIT).text()).isEqualTo("welcome");

    AgentNode stranger = member(Network.secret(random()), bob);
    MessagingException e =
        (MessagingException)
            catchThrowable(() -> stranger.sendNow(bob.id(), Message.empty(), LIMIT));
    PAGE.tells(e.getMessage());
  }

  @Test
  void changesTheSecretWithoutAStop() {
    Network old = Network.secret(random());
    Network renewed = Network.secret(random());
    AgentNodeBuilder builder = AgentNode.builder();
    // region rotate
    builder
        .network(renewed) // dials with the new secret
        .previousNetwork(old); // still answers those who have the old one
    // endregion
    AgentNode bob = bob(builder);

    assertThat(member(renewed, bob).sendNow(bob.id(), Message.empty(), LIMIT).text())
        .isEqualTo("welcome");
    assertThat(member(old, bob).sendNow(bob.id(), Message.empty(), LIMIT).text())
        .isEqualTo("welcome");
  }

  @Test
  void refusesABadSecret() {
    PAGE.tells(catchThrowable(() -> Network.secret(new byte[31])).getMessage());
    PAGE.tells(catchThrowable(() -> Network.secret(new byte[32])).getMessage());
  }
}
