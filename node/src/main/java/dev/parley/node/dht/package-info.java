/** The DHT as a protocol of a node's: start with {@link dev.parley.node.dht.Dht}. */
@NullMarked
package dev.parley.node.dht;

import org.jspecify.annotations.NullMarked;
