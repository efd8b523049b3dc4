package dev.parley.naive;

import static dev.parley.naive.NaiveBytes.concat;
import static dev.parley.naive.NaiveBytes.pad;
import static dev.parley.naive.NaiveBytes.reverse;

import java.math.BigInteger;
import java.util.Arrays;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;

/** Agent ids, PROTOCOL.md §1: their text, their X25519 keys and which are valid. */
final class NaiveIds {
  private static final String ALPHABET =
      "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  private static final BigInteger TWO = BigInteger.TWO;
  private static final BigInteger ONE = BigInteger.ONE;
  private static final BigInteger ZERO = BigInteger.ZERO;
  private static final BigInteger P = TWO.pow(255).subtract(BigInteger.valueOf(19));
  private static final BigInteger D =
      BigInteger.valueOf(-121665).multiply(BigInteger.valueOf(121666).modInverse(P)).mod(P);
  private static final BigInteger ORDER =
      TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

  private NaiveIds() {}

  static byte[] id(byte[] seed) {
    return new Ed25519PrivateKeyParameters(seed, 0).generatePublicKey().getEncoded();
  }

  static String text(byte[] id) {
    BigInteger value = new BigInteger(1, concat(new byte[] {(byte) 0xED, 0x01}, id));
    StringBuilder digits = new StringBuilder();
    BigInteger base = BigInteger.valueOf(58);
    for (; value.signum() > 0; value = value.divide(base)) {
      digits.append(ALPHABET.charAt(value.mod(base).intValue()));
    }
    return "z" + digits.reverse();
  }

  static byte[] x25519Private(byte[] seed) {
    byte[] key = Arrays.copyOf(NaiveCrypto.sha512(seed), 32);
    key[0] &= (byte) 0xF8;
    key[31] &= 0x7F;
    key[31] |= 0x40;
    return key;
  }

  static byte[] x25519Public(byte[] id) {
    BigInteger y = y(id);
    BigInteger u = ONE.add(y).multiply(ONE.subtract(y).modInverse(P)).mod(P);
    byte[] bigEndian = u.toByteArray();
    byte[] littleEndian = reverse(bigEndian);
    return pad(littleEndian, 32);
  }

  private static BigInteger y(byte[] id) {
    byte[] cleared = id.clone();
    cleared[31] &= 0x7F;
    return new BigInteger(1, reverse(cleared));
  }

  /** Canonical, on the curve, of prime order, not the neutral point. */
  static boolean isValid(byte[] id) {
    if (id.length != 32) {
      return false;
    }
    BigInteger y = y(id);
    if (y.compareTo(P) >= 0) {
      return false;
    }
    BigInteger x = x(y, (id[31] & 0x80) != 0);
    if (x == null || x.signum() == 0 && y.equals(ONE)) {
      return false;
    }
    BigInteger[] product = multiply(ORDER, new BigInteger[] {x, y});
    return product[0].signum() == 0 && product[1].equals(ONE);
  }

  /** RFC 8032 §5.1.3, or null for no such point. */
  private static BigInteger x(BigInteger y, boolean odd) {
    BigInteger yy = y.multiply(y);
    BigInteger xx = yy.subtract(ONE).multiply(D.multiply(yy).add(ONE).modInverse(P)).mod(P);
    BigInteger x = xx.modPow(P.add(BigInteger.valueOf(3)).shiftRight(3), P);
    if (!x.multiply(x).mod(P).equals(xx)) {
      x = x.multiply(TWO.modPow(P.subtract(ONE).shiftRight(2), P)).mod(P);
    }
    if (!x.multiply(x).mod(P).equals(xx) || x.signum() == 0 && odd) {
      return null;
    }
    return x.testBit(0) == odd ? x : P.subtract(x);
  }

  private static BigInteger[] multiply(BigInteger scalar, BigInteger[] point) {
    BigInteger[] sum = {ZERO, ONE};
    for (int bit = scalar.bitLength() - 1; bit >= 0; bit--) {
      sum = add(sum, sum);
      if (scalar.testBit(bit)) {
        sum = add(sum, point);
      }
    }
    return sum;
  }

  private static BigInteger[] add(BigInteger[] a, BigInteger[] b) {
    BigInteger xy = a[0].multiply(b[1]).add(a[1].multiply(b[0]));
    BigInteger yx = a[1].multiply(b[1]).add(a[0].multiply(b[0]));
    BigInteger t = D.multiply(a[0]).multiply(b[0]).multiply(a[1]).multiply(b[1]).mod(P);
    BigInteger x = xy.multiply(ONE.add(t).modInverse(P)).mod(P);
    BigInteger y = yx.multiply(ONE.subtract(t).modInverse(P)).mod(P);
    return new BigInteger[] {x, y};
  }
}
