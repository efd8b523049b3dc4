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
import dev.parley.Network;
import dev.parley.PeerAddress;
import dev.parley.SendOptions;
import dev.parley.links.Links;
import dev.parley.messenger.Messenger;
import dev.parley.naive.NaiveAgent;
import dev.parley.naive.NaiveAnswer;
import dev.parley.naive.NaiveClient;
import dev.parley.naive.NaiveMetadata;
import dev.parley.naive.NaiveNetwork;
import dev.parley.naive.NaiveRefusal;
import dev.parley.naive.NaiveServer;
import dev.parley.naive.NaiveSuite;
import dev.parley.transport.rsocket.link.MetadataVectors;
import java.io.EOFException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

/** A real node against the implementation that was written from PROTOCOL.md alone. */
@Timeout(120)
class NaivePeerIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final byte[] NODE_SEED = filled(1);
  private static final byte[] NAIVE_SEED = filled(2);
  private static final AgentId NODE = Identity.fromSeed(NODE_SEED).id();
  private static final NaiveAgent NAIVE = new NaiveAgent(NAIVE_SEED);
  private static final AgentId NAIVE_ID = Identity.fromSeed(NAIVE_SEED).id();
  private static final String OPEN = "auction-house";
  private static final int MAX_ATTEMPTS = 5;
  private static final int NO_RECEIVER = 0x301;
  private static final int REFUSED = 0x302;
  private static final int MESSAGE_TOO_LARGE = 0x304;

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
    return listen(
        TransportOptions.builder()
            .listen(address)
            .encryption(e -> e.allowClassical(true))
            .accepting(a -> a.handshakeTimeout(LIMIT))
            .dialling(d -> d.dialTimeout(LIMIT))
            .build(),
        network);
  }

  private InetSocketAddress listen(TransportOptions options, Network network) {
    Links transport = TransportFixture.links(Identity.fromSeed(NODE_SEED), network, options);
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

  private InetSocketAddress listen(TransportOptions.Builder options) {
    return listen(options.listen(Address.parseListen("127.0.0.1:0")).build(), Network.open(OPEN));
  }

  private InetSocketAddress listen() {
    return listen(Address.parseListen("127.0.0.1:0"), Network.open(OPEN));
  }

  private static NaiveClient dial(
      InetSocketAddress address, NaiveSuite suite, NaiveNetwork network, AgentId id)
      throws Exception {
    return dial(() -> NaiveClient.dial(address, suite, NAIVE, network, id.toBytes()));
  }

  /** Dials again when the node is busy or too late, as on a machine that hardly gets to run it. */
  private static NaiveClient dial(Callable<NaiveClient> attempt) throws Exception {
    for (int i = 1; ; i++) {
      try {
        return attempt.call();
      } catch (NaiveRefusal | SocketException e) {
        boolean hopeless = e instanceof NaiveRefusal refusal && !refusal.isBusy();
        if (hopeless || i == MAX_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private NaiveClient dial(NaiveSuite suite) throws Exception {
    return dial(listen(), suite, NaiveNetwork.open(OPEN), NODE);
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

    assertThat(client.request(NaiveMetadata.request("who"), new byte[0]).data())
        .asString(UTF_8)
        .isEqualTo("node");
    assertThat(sender).hasValue(NAIVE_ID);
    client.close();
  }

  @Test
  void worksInASecretNetworkOnly() throws Exception {
    InetSocketAddress address =
        listen(Address.parseListen("127.0.0.1:0"), Network.secret(filled(7)));

    NaiveClient client = dial(address, NaiveSuite.TWO, new NaiveNetwork(filled(7)), NODE);
    assertThat(client.request(NaiveMetadata.request("echo"), filled(3)).data())
        .isEqualTo(filled(3));
    client.close();

    // Of a stranger's first message nothing comes back, and the connection ends in order.
    assertThatThrownBy(() -> dial(address, NaiveSuite.TWO, NaiveNetwork.open(OPEN), NODE))
        .isInstanceOf(EOFException.class);
  }

  @Test
  void refusesAnUnknownRouteAndAHandlersRefusalWithTheirCodes() throws Exception {
    NaiveClient client = dial(NaiveSuite.ONE);

    assertThat(client.request(NaiveMetadata.request("nobody"), new byte[0]).errorCode())
        .isEqualTo(NO_RECEIVER);
    NaiveAnswer refusal = client.request(NaiveMetadata.request("no"), new byte[0]);
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

    assertThat(client.request(NaiveMetadata.request("echo"), filled(5)).data())
        .isEqualTo(filled(5));
    client.close();
  }

  @Test
  void worksOverWebSocket() throws Exception {
    InetSocketAddress address =
        listen(Address.parseListen("ws://127.0.0.1:0/parley"), Network.open(OPEN));
    NaiveClient client =
        dial(
            () ->
                NaiveClient.dialWebSocket(
                    address,
                    "/parley",
                    NaiveSuite.ONE,
                    NAIVE,
                    NaiveNetwork.open(OPEN),
                    NODE.toBytes()));
    byte[] data = random(200_000);

    assertThat(client.request(NaiveMetadata.request("echo"), data).data()).isEqualTo(data);
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
      assertThat(server.setup()).isEqualTo(MetadataVectors.setup());
      assertThatThrownBy(
              () -> node.send(NAIVE_ID, Message.empty(), SendOptions.to("nobody")).block(LIMIT))
          .isInstanceOfSatisfying(
              MessagingException.class,
              e -> {
                assertThat(e.code()).isEqualTo(FailureCode.NO_RECEIVER);
                assertThat(e.executed()).isEqualTo(Executed.NO);
              });

      node.drain(LIMIT).block(LIMIT);
      assertThat(closeCode.get(30, TimeUnit.SECONDS)).isEqualTo(6); // shutdown
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void doesNotGetThroughToAnotherAgent() throws Exception {
    InetSocketAddress address = listen();
    AgentId other = Identity.fromSeed(filled(9)).id();

    assertThatThrownBy(() -> dial(address, NaiveSuite.ONE, NaiveNetwork.open(OPEN), other))
        .isInstanceOf(EOFException.class);
  }

  @Test
  void refusesASuiteThatItDoesNotPermit() throws Exception {
    InetSocketAddress address = listen(TransportOptions.builder());

    assertThatThrownBy(() -> dial(address, NaiveSuite.THREE, NaiveNetwork.open(OPEN), NODE))
        .isInstanceOf(NaiveRefusal.class)
        .hasMessage("REJECT(2), 0 ms");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "a stream id with its top bit set,                 800000011000,             4",
    "a request with the parity of the other side,      000000021000,             4",
    "a frame for a stream that was never opened,       000000632400,             4",
    "metadata beyond the frame,                        000000011100ffffff,       4",
    "a second SETUP,                                   000000000400,             4",
    "LEASE,                                            0000000008000000000000000000, 4",
    "a request shorter than its fixed part,            0000000118000000,         4",
    "demand of 0,                                      00000001180000000000,     4",
    "a fragment below half of the mtu,                 00000001108000,           7",
  })
  void closesWithTheCodeOfTheBrokenRule(String rule, String frame, int closeCode) throws Exception {
    NaiveClient client = dial(NaiveSuite.ONE);

    client.send(HexFormat.of().parseHex(frame));

    assertThat(client.awaitClose()).as(rule).isEqualTo(closeCode);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "a stream,                     00000001180000000001,             769",
    "two routes in the metadata,   00000001110000000cfe0000020161fe0000020161, 516",
  })
  void answersARequestThatItDoesNotServe(String what, String frame, int error) throws Exception {
    NaiveClient client = dial(NaiveSuite.ONE);

    client.send(HexFormat.of().parseHex(frame));

    assertThat(client.answer(1).errorCode()).as(what).isEqualTo(error);
    client.close();
  }

  @Test
  void dropsWhatItMayIgnoreAndGoesOn() throws Exception {
    NaiveClient client = dial(NaiveSuite.ONE);

    client.send(HexFormat.of().parseHex("00000063140001")); // REQUEST_FNF on stream 99
    client.send(HexFormat.of().parseHex("00000000fe0000000001")); // EXT with the ignore flag
    client.send(HexFormat.of().parseHex("000000003100aa")); // METADATA_PUSH

    assertThat(client.request(NaiveMetadata.request("echo"), filled(4)).data())
        .isEqualTo(filled(4));
    client.close();
  }

  @Test
  void refusesAMessageOverItsLimitWithoutClosing() throws Exception {
    InetSocketAddress address =
        listen(TransportOptions.builder().limits(l -> l.maxMessageBytes(100_000)));
    NaiveClient client = dial(address, NaiveSuite.ONE, NaiveNetwork.open(OPEN), NODE);

    assertThat(client.request(NaiveMetadata.request("echo"), random(100_001)).errorCode())
        .isEqualTo(MESSAGE_TOO_LARGE);
    assertThat(client.request(NaiveMetadata.request("echo"), random(100_000)).data())
        .isEqualTo(random(100_000));
    client.close();
  }

  @Test
  void doesNotWaitForSetupForEver() throws Exception {
    InetSocketAddress address =
        listen(
            TransportOptions.builder().accepting(a -> a.handshakeTimeout(Duration.ofSeconds(2))));

    NaiveClient client =
        dial(
            () ->
                NaiveClient.dialWithoutSetup(
                    address, NaiveSuite.ONE, NAIVE, NaiveNetwork.open(OPEN), NODE.toBytes()));

    assertThat(client.awaitClose()).isEqualTo(4);
  }
}
