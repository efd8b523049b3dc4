package dev.parley.delegation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Annex;
import dev.parley.Identity;
import dev.parley.Network;
import dev.parley.delegation.chain.Audience;
import dev.parley.delegation.chain.Chain;
import dev.parley.delegation.chain.ChainFormatException;
import dev.parley.delegation.chain.ChainPart;
import dev.parley.delegation.chain.Condition;
import dev.parley.delegation.chain.FunctionPattern;
import dev.parley.delegation.chain.GrantId;
import dev.parley.delegation.chain.Scope;
import dev.parley.fuzz.Decoder;
import dev.parley.fuzz.Seeds;
import java.util.List;

/** Chains, and claims as callers and files show them. */
public final class ClaimDecoders {
  private static final Identity KEY = Identity.fromSeed(new byte[Identity.SEED_LENGTH]);

  private ClaimDecoders() {}

  public static List<Decoder> list() {
    Chain chain = chain();
    byte[] use = new byte[ChainPart.SIGNATURE_LENGTH];
    return List.of(
        Decoder.of(
            "chain",
            ChainFormatException.class,
            List.of(chain.bytes(), Chain.of(chain.parts().subList(0, 1)).bytes()),
            in -> assertThat(Chain.parse(in).bytes()).isEqualTo(in)),
        Decoder.of(
            "claim-field",
            ChainFormatException.class,
            List.of(ClaimFields.claim(chain, null), ClaimFields.claim(chain, use)),
            in -> {
              ClaimFields.Shown shown = ClaimFields.claim(Annex.with(null, ClaimFields.CLAIM, in));
              assertThat(ClaimFields.claim(shown.chain(), shown.use())).isEqualTo(in);
            }),
        Decoder.of(
            "claim-text",
            ChainFormatException.class,
            Seeds.texts(
                Claim.of(chain).toText(),
                Claim.bearer(bearers(), new byte[Identity.SEED_LENGTH]).toText()),
            in -> {
              Claim claim = Claim.parse(new String(in, UTF_8));
              assertThat(Claim.parse(claim.toText())).isEqualTo(claim);
            }));
  }

  private static Chain chain() {
    Scope scope =
        new Scope(
            7,
            Audience.agents(List.of(KEY.id())),
            List.of(new FunctionPattern("a/*"), new FunctionPattern("b")),
            List.of(
                Condition.maxUses(5),
                Condition.argument("n").between(-1, 1),
                Condition.argument("t").in(List.of("x", "y")),
                Condition.argument("p").startsWith("home/")));
    return grant(scope).with(KEY, 1, scope);
  }

  private static Chain bearers() {
    return grant(Scope.of(Audience.bearer(KEY.id()), List.of("*")));
  }

  private static Chain grant(Scope scope) {
    GrantId id = GrantId.of(new byte[GrantId.LENGTH]);
    return Chain.of(ChainPart.Grant.sign(KEY, Network.open("fuzz").id(), id, 0, scope));
  }
}
