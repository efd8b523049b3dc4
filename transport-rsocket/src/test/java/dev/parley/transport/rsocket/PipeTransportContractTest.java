package dev.parley.transport.rsocket;

import dev.parley.Address;
import dev.parley.Identity;
import dev.parley.Network;
import dev.parley.carrier.Transport;
import dev.parley.links.LinkOptions;
import dev.parley.links.Links;
import dev.parley.testkit.TransportContract;
import dev.parley.transport.session.SessionLimits;
import dev.parley.transport.session.SessionOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The contract over a carrier that knows no socket. */
class PipeTransportContractTest extends TransportContract {
  private static final int MAX_MESSAGE_BYTES = 256 << 10;

  private final Network network = Network.open("pipes");
  private final List<PipeCarrier> carriers = new ArrayList<>();

  @Override
  protected Transport transport(Identity identity) {
    TransportOptions options =
        TransportOptions.builder()
            .limits(l -> l.maxMessageBytes(MAX_MESSAGE_BYTES))
            .accepting(a -> a.handshakeTimeout(Duration.ofMinutes(1)))
            .dialling(d -> d.dialTimeout(Duration.ofMinutes(1)))
            .build();
    SessionLimits limits =
        new SessionLimits(
            options.limits().maxRecordBytes(),
            options.limits().maxMessageBytes(),
            options.limits().maxMetadataBytes(),
            options.limits().maxConcurrentRequests());
    SessionOptions session =
        SessionOptions.builder().identity(identity).network(network).limits(limits).build();
    PipeCarrier carrier = new PipeCarrier(session, options);
    carriers.add(carrier);
    return Links.builder(identity.id())
        .carrier(carrier)
        .options(
            new LinkOptions(
                options.dialling().dialStagger(),
                options.dialling().dialBackoffMax(),
                Duration.ZERO))
        .build();
  }

  @Override
  protected int maxMessageBytes() {
    return MAX_MESSAGE_BYTES;
  }

  @Override
  protected void loseLinks() {
    carriers.forEach(PipeCarrier::lose);
  }

  @Override
  protected Address refusingAddress() {
    return new Address(PipeCarrier.PIPE, "here", 65_535, "");
  }
}
