/**
 * Keys as bytes and text: DER and PEM, PKCS#8 with and without a passphrase, base58, HKDF.
 * Internal: not exported. Knows no file and no agent.
 *
 * <p>Start with {@link dev.parley.keys.Pkcs8}.
 */
@NullMarked
package dev.parley.keys;

import org.jspecify.annotations.NullMarked;
