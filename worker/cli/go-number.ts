// Numbers as Go's fmt prints them, for `%.4g` in sizes and `%v` in templates.

/** `%.Ng`: N significant digits, no trailing zeros, an exponent only when it is below -4 or at least N. */
export function formatSignificant(value: number, digits: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : value < 0 ? "-Inf" : "NaN";
  if (value === 0) return "0";
  const [mantissa = "", exponentText = "0"] = value.toExponential(digits - 1).split("e");
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= digits) return withExponent(mantissa, exponent);
  return trimZeros(value.toFixed(digits - 1 - exponent));
}

/** `%v` of a number from JSON: integers plain, others shortest, an exponent from 1e21 on. */
export function formatNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return BigInt(value).toString();
  if (!Number.isFinite(value)) return formatSignificant(value, 6);
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  if (exponent >= -4 && exponent < 21) return String(value);
  const [mantissa = "", exponentText = "0"] = value.toExponential().split("e");
  return withExponent(mantissa, Number(exponentText));
}

function withExponent(mantissa: string, exponent: number): string {
  const sign = exponent < 0 ? "-" : "+";
  return `${trimZeros(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function trimZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
