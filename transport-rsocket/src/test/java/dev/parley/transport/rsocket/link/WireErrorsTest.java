package dev.parley.transport.rsocket.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.AgentId;
import dev.parley.Executed;
import dev.parley.FailureCode;
import dev.parley.Identity;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.transport.rsocket.guard.ErrorCode;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireErrorsTest {
  private final AgentId bob = Identity.generate().id();

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFaultOfThisNodeIsNoLostLink(boolean sent) {
    RuntimeException fault = new IllegalStateException("a defect");

    MessagingException e = WireErrors.toFailure(fault, bob, sent, null);

    assertThat(e.code()).isEqualTo(FailureCode.INTERNAL);
    assertThat(e.executed()).isEqualTo(sent ? Executed.UNKNOWN : Executed.NO);
    assertThat(e).hasCause(fault).hasMessageNotContaining("a defect");
  }

  @Test
  void aLinkThatEndsIsLost() {
    Throwable closed = new ClosedChannelException();

    assertThat(WireErrors.toFailure(closed, bob, true, null).code())
        .isEqualTo(FailureCode.CONNECTION_LOST);
    assertThat(WireErrors.toFailure(new IllegalStateException(), bob, true, CloseReason.SILENT))
        .extracting(MessagingException::code)
        .isEqualTo(FailureCode.CONNECTION_LOST);
  }

  /** The caller learns nothing of what went wrong inside the one who answers. */
  @Test
  void aFaultOfTheOneWhoAnswersIsAFailedHandler() {
    int code = WireErrors.of(new IllegalStateException("a defect")).errorCode();

    assertThat(code).isEqualTo(ErrorCode.APPLICATION_ERROR);
    assertThat(WireErrors.toFailure(WireErrors.of(code, ""), bob, true, null))
        .returns(FailureCode.REMOTE_FAILURE, MessagingException::code)
        .returns(Phase.AWAIT, MessagingException::phase);
  }
}
