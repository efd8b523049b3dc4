/**
 * The carrier for TCP and WebSocket: RSocket in an encrypted session. Start with {@link
 * dev.parley.transport.rsocket.RSocketCarrier}.
 */
@SuppressWarnings("module") // named in qualified exports, and built later
module dev.parley.transport.rsocket {
  requires transitive dev.parley.core;
  requires static transitive org.jspecify;
  requires static com.amazon.corretto.crypto.provider;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.codec.http;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.resolver;
  requires io.netty.resolver.dns;
  requires io.netty.transport;
  requires io.netty.transport.unix.common;
  requires org.bouncycastle.provider;
  requires org.slf4j;
  requires reactor.netty.core;
  requires rsocket.core;

  uses dev.parley.transport.crypto.AeadProvider;

  exports dev.parley.transport.rsocket;
  exports dev.parley.transport.session to
      dev.parley.observability;
}
