package dev.parley.transport.rsocket.frame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.rsocket.Payload;

/**
 * A payload that passes through rsocket-core with a message of ours; to rsocket-core it is empty.
 * It is nothing but heap, which the garbage collector takes, so references are not counted.
 */
abstract class EmptyPayload implements Payload {
  @Override
  public int refCnt() {
    return 1;
  }

  @Override
  public boolean release() {
    return false;
  }

  @Override
  public boolean release(int decrement) {
    return false;
  }

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
    return this;
  }

  @Override
  public EmptyPayload retain(int increment) {
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
}
