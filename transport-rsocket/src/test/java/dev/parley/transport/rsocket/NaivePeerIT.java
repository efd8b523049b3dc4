package dev.parley.transport.rsocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Address;
import dev.parley.AddressBook;
import dev.parley.AgentId;
import dev.parley.Executed;
import dev.parley.FailureCode;
import dev.parley.HandlerFailure;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.Messenger;
import dev.parley.Network;
import dev.parley.PeerAddress;
import dev.parley.SendOptions;
import dev.parley.naive.NaiveAgent;
import dev.parley.naive.NaiveAnswer;
import dev.parley.naive.NaiveClient;
import dev.parley.naive.NaiveMetadata;
import dev.parley.naive.NaiveNetwork;
import dev.parley.naive.NaiveRefusal;
import dev.parley.naive.NaiveServer;
import dev.parley.naive.NaiveSuite;
import java.io.EOFException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

/** A real node against the implementation that was written from PROTOCOL.md alone. */
@Timeout(60)
class NaivePeerIT {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final byte[] NODE_SEED = filled(1);
  private static final byte[] NAIVE_SEED = filled(2);
  private static final AgentId NODE = Identity.fromSeed(NODE_SEED).id();
  private static final NaiveAgent NAIVE = new NaiveAgent(NAIVE_SEED);
  private static final AgentId NAIVE_ID = Identity.fromSeed(NAIVE_SEED).id();
  private static final String OPEN = "auction-house";
  private static final int NO_RECEIVER = 0x301;
  private static final int REFUSED = 0x302;

  private final AddressBook book = AddressBook.create();
  private final AtomicReference<AgentId> sender = new AtomicReference<>();
  private Messenger node;

  @AfterEach
  void close() {
    if (node != null) {
      node.close().block(LIMIT);
    }
  }

  private static byte[] filled(int value) {
    byte[] seed = new byte[32];
    Arrays.fill(seed, (byte) value);
    return seed;
  }

  private static byte[] random(int bytes) {
    byte[] data = new byte[bytes];
    new Random(bytes).nextBytes(data);
    return data;
  }

  /** Starts the node and returns the port that it listens at. */
  private InetSocketAddress listen(Address address, Network network) {
    TransportOptions options =
        TransportOptions.builder().listen(address).allowClassical(true).build();
    RSocketTransport transport =
        RSocketTransport.builder(Identity.fromSeed(NODE_SEED), network).options(options).build();
    node =
        Messenger.builder(NODE, transport)
            .resolver(book)
            .receive("echo", in -> Mono.just(in.message()))
            .receive(
                "who",
                in -> {
                  sender.set(in.from());
                  return Mono.just(Message.text("node"));
                })
            .receive("no", in -> Mono.error(HandlerFailure.rejected("not today")))
            .build();
    List<Address> bound = node.start().block(LIMIT);
    return new InetSocketAddress("127.0.0.1", bound.get(0).port());
  }

  private InetSocketAddress listen() {
    return listen(Address.parseListen("127.0.0.1:0"), Network.open(OPEN));
  }

  private NaiveClient dial(NaiveSuite suite) throws Exception {
    return NaiveClient.dial(listen(), suite, NAIVE, NaiveNetwork.open(OPEN), NODE.toBytes());
  }

  @ParameterizedTest
  @EnumSource
  void answersARequestOverEachSuite(NaiveSuite suite) throws Exception {
    NaiveClient client = dial(suite);
    NaiveMetadata metadata =
        new NaiveMetadata("echo", 5_000, "text/plain", Map.of("lot", "19", "größe", "XL"));

    NaiveAnswer answer = client.request(metadata, "$50".getBytes(UTF_8));

    assertThat(answer.errorCode()).isZero();
    assertThat(answer.data()).asString(UTF_8).isEqualTo("$50");
    assertThat(answer.metadata().contentType()).isEqualTo("text/plain");
    assertThat(answer.metadata().headers()).isEqualTo(metadata.headers());
    assertThat(client.close()).isZero();
  }

  @Test
  void knowsWhoAsks() throws Exception {
    NaiveClient client = dial(NaiveSuite.ONE);

    assertThat(client.request(NaiveMetadata.request("who", 0), new byte[0]).data())
        .asString(UTF_8)
        .isEqualTo("node");
    assertThat(sender).hasValue(NAIVE_ID);
    client.close();
  }

  @Test
  void worksInASecretNetworkOnly() throws Exception {
    InetSocketAddress address =
        listen(Address.parseListen("127.0.0.1:0"), Network.secret(filled(7)));

    NaiveClient client =
        NaiveClient.dial(
            address, NaiveSuite.TWO, NAIVE, new NaiveNetwork(filled(7)), NODE.toBytes());
    assertThat(client.request(NaiveMetadata.request("echo", 0), filled(3)).data())
        .isEqualTo(filled(3));
    client.close();

    // Of a stranger's first message nothing comes back, and the connection ends in order.
    assertThatThrownBy(
            () ->
                NaiveClient.dial(
                    address, NaiveSuite.TWO, NAIVE, NaiveNetwork.open(OPEN), NODE.toBytes()))
        .isInstanceOf(EOFException.class);
  }

  @Test
  void refusesAnUnknownRouteAndAHandlersRefusalWithTheirCodes() throws Exception {
    NaiveClient client = dial(NaiveSuite.ONE);

    assertThat(client.request(NaiveMetadata.request("nobody", 0), new byte[0]).errorCode())
        .isEqualTo(NO_RECEIVER);
    NaiveAnswer refusal = client.request(NaiveMetadata.request("no", 0), new byte[0]);
    assertThat(refusal.errorCode()).isEqualTo(REFUSED);
    assertThat(refusal.errorText()).isEqualTo("not today");
    assertThat(client.close()).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"ONE", "TWO"})
  void putsFragmentsTogetherInBothDirections(NaiveSuite suite) throws Exception {
    NaiveClient client = dial(suite);
    byte[] data = random(1_000_003);

    NaiveAnswer answer = client.request(NaiveMetadata.text("echo"), data);

    assertThat(answer.data()).isEqualTo(data);
    assertThat(answer.metadata().contentType()).isEqualTo(Message.TEXT);
    client.close();
  }

  @Test
  void answersPingsAndFollowsAKeyUpdate() throws Exception {
    NaiveClient client = dial(NaiveSuite.ONE);

    client.ping(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
    client.updateKey();
    client.ping(new byte[] {8, 7, 6, 5, 4, 3, 2, 1});

    assertThat(client.request(NaiveMetadata.request("echo", 0), filled(5)).data())
        .isEqualTo(filled(5));
    client.close();
  }

  @Test
  void worksOverWebSocket() throws Exception {
    InetSocketAddress address =
        listen(Address.parseListen("ws://127.0.0.1:0/parley"), Network.open(OPEN));
    NaiveClient client =
        NaiveClient.dialWebSocket(
            address, "/parley", NaiveSuite.ONE, NAIVE, NaiveNetwork.open(OPEN), NODE.toBytes());
    byte[] data = random(200_000);

    assertThat(client.request(NaiveMetadata.request("echo", 0), data).data()).isEqualTo(data);
    assertThat(client.close()).isZero();
  }

  @Test
  void getsAnswersFromANaiveServer() throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (NaiveServer server = new NaiveServer(NAIVE, NaiveNetwork.open(OPEN))) {
      Future<Integer> closeCode = thread.submit(server::serveOne);
      listen();
      book.add(new PeerAddress(NAIVE_ID, Address.tcp("127.0.0.1", server.address().getPort())));
      byte[] data = random(300_000);

      Message answer =
          node.send(NAIVE_ID, Message.of(data, "image/png"), SendOptions.to("echo")).block(LIMIT);
      assertThat(answer.bytes()).isEqualTo(data);
      assertThat(answer.contentType()).isEqualTo("image/png");
      assertThatThrownBy(
              () -> node.send(NAIVE_ID, Message.empty(), SendOptions.to("nobody")).block(LIMIT))
          .isInstanceOfSatisfying(
              MessagingException.class,
              e -> {
                assertThat(e.code()).isEqualTo(FailureCode.NO_RECEIVER);
                assertThat(e.executed()).isEqualTo(Executed.NO);
              });

      node.drain(LIMIT).block(LIMIT);
      assertThat(closeCode.get(20, TimeUnit.SECONDS)).isEqualTo(6); // shutdown
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void doesNotGetThroughToAnotherAgent() throws Exception {
    InetSocketAddress address = listen();

    assertThatThrownBy(
            () ->
                NaiveClient.dial(
                    address,
                    NaiveSuite.ONE,
                    NAIVE,
                    NaiveNetwork.open(OPEN),
                    Identity.fromSeed(filled(9)).id().toBytes()))
        .isInstanceOf(EOFException.class);
  }

  @Test
  void refusesASuiteThatItDoesNotPermit() throws Exception {
    TransportOptions options =
        TransportOptions.builder().listen(Address.parseListen("127.0.0.1:0")).build();
    node =
        Messenger.builder(
                NODE,
                RSocketTransport.builder(Identity.fromSeed(NODE_SEED), Network.open(OPEN))
                    .options(options)
                    .build())
            .build();
    int port = node.start().block(LIMIT).get(0).port();

    assertThatThrownBy(
            () ->
                NaiveClient.dial(
                    new InetSocketAddress("127.0.0.1", port),
                    NaiveSuite.THREE,
                    NAIVE,
                    NaiveNetwork.open(OPEN),
                    NODE.toBytes()))
        .isInstanceOf(NaiveRefusal.class)
        .hasMessage("REJECT(2), 0 ms");
  }
}
