/**
 * What nodes of the DHT say to each other, as values and as bytes.
 *
 * <p>Start with {@link dev.parley.dht.wire.DhtRequest} and {@link dev.parley.dht.wire.DhtAnswer},
 * which {@link dev.parley.dht.wire.DhtCodec} writes and reads. All types are immutable.
 */
@NullMarked
package dev.parley.dht.wire;

import org.jspecify.annotations.NullMarked;
