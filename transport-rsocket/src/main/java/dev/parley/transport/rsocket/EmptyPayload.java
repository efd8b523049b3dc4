package dev.parley.transport.rsocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.AbstractReferenceCounted;
import io.rsocket.Payload;

/**
 * A payload that passes through rsocket-core with a message of ours; to rsocket-core it is empty.
 */
abstract class EmptyPayload extends AbstractReferenceCounted implements Payload {
  @Override
  public boolean hasMetadata() {
    return false;
  }

  @Override
  public ByteBuf sliceMetadata() {
    return Unpooled.EMPTY_BUFFER;
  }

  @Override
  public ByteBuf sliceData() {
    return Unpooled.EMPTY_BUFFER;
  }

  @Override
  public ByteBuf data() {
    return Unpooled.EMPTY_BUFFER;
  }

  @Override
  public ByteBuf metadata() {
    return Unpooled.EMPTY_BUFFER;
  }

  @Override
  public EmptyPayload retain() {
    super.retain();
    return this;
  }

  @Override
  public EmptyPayload retain(int increment) {
    super.retain(increment);
    return this;
  }

  @Override
  public EmptyPayload touch() {
    return this;
  }

  @Override
  public EmptyPayload touch(Object hint) {
    return this;
  }

  @Override
  protected void deallocate() {
    // Nothing but heap, which the garbage collector takes.
  }
}
