package dev.parley.dht.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.fuzz.Decoder;
import dev.parley.fuzz.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** The messages of the DHT, and the listings that it keeps: each has one form. */
public final class DhtDecoders {
  private static final DhtCodec CODEC = DhtCodec.of(Samples.NETWORK);
  private static final DhtRequest.Op[] OPS = DhtRequest.Op.values();

  private DhtDecoders() {}

  public static List<Decoder> list() {
    Samples samples = new Samples(new SplittableRandom(7));
    List<byte[]> requests = new ArrayList<>(Seeds.vectors("dht.json", "request", "bytes"));
    List<byte[]> answers = new ArrayList<>();
    List<byte[]> listings = new ArrayList<>(Seeds.vectors("dht.json", "listing", "bytes"));
    for (int i = 0; i < 30; i++) {
      requests.add(CODEC.encode(samples.request(), 500));
      listings.add(samples.listing().toBytes());
      int op = i % OPS.length;
      answers.add(Seeds.concat(new byte[] {(byte) op}, CODEC.encode(samples.answer(OPS[op]))));
    }
    listings.add(Samples.listing(1_772_366_400_000_000L, IpEndpoint.v4(0x01020304, 5)).toBytes());
    return List.of(
        Decoder.of("dht-request", DhtFormatException.class, requests, DhtDecoders::request),
        Decoder.of("dht-answer", DhtFormatException.class, answers, DhtDecoders::answer),
        Decoder.of("dht-listing", DhtFormatException.class, listings, DhtDecoders::listing));
  }

  private static void request(byte[] in) {
    DhtCodec.isUnknownOp(in);
    DhtCodec.Received received = CODEC.decodeRequest(in);
    assertThat(CODEC.encode(received.request(), received.deadlineMillis())).isEqualTo(in);
    assertThat(DhtCodec.sizeOf(received.request())).isEqualTo(in.length);
  }

  private static void answer(byte[] in) {
    if (in.length == 0) {
      throw new DhtFormatException("no answer");
    }
    byte[] bytes = Arrays.copyOfRange(in, 1, in.length);
    DhtAnswer answer = CODEC.decodeAnswer(OPS[(in[0] & 0xff) % OPS.length], bytes);
    assertThat(CODEC.encode(answer)).isEqualTo(bytes);
    assertThat(DhtCodec.sizeOf(answer)).isEqualTo(bytes.length);
  }

  private static void listing(byte[] in) {
    AgentListing listing = AgentListing.decode(Samples.NETWORK, in);
    assertThat(listing.toBytes()).isEqualTo(in);
    ListingVerifier.ed25519().verify(listing);
    assertThat(listing.addresses()).hasSizeLessThanOrEqualTo(AgentListing.MAX_ADDRESSES);
  }
}
