using System.Text;
using System.Text.Json;

namespace Muster.Readiness.Tests;

public class CanonicalJsonTests
{
    [Theory]
    [InlineData(0d, "0")]
    [InlineData(1e21, "1e+21")]
    [InlineData(1e-7, "1e-7")]
    [InlineData(0.000001, "0.000001")]
    [InlineData(999999999999999900000d, "999999999999999900000")]
    [InlineData(333333333.33333329, "333333333.3333333")]
    [InlineData(5e-324, "5e-324")]
    [InlineData(1.7976931348623157e308, "1.7976931348623157e+308")]
    [InlineData(-0.5, "-0.5")]
    [InlineData(9007199254740992d, "9007199254740992")]
    [InlineData(1e15, "1000000000000000")]
    [InlineData(123456789012345680000d, "123456789012345680000")]
    [InlineData(4.5, "4.5")]
    [InlineData(2e-3, "0.002")]
    [InlineData(1e30, "1e+30")]
    [InlineData(1.5e-9, "1.5e-9")]
    public void Numbers_are_written_as_ECMAScript_writes_them(double number, string expected) => Assert.Equal(expected, CanonicalJson.Number(number));

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void What_JSON_cannot_say_is_refused(double number) => Assert.Throws<ArgumentException>(() => CanonicalJson.Number(number));

    [Fact]
    public void Minus_zero_is_zero() => Assert.Equal("0", CanonicalJson.Number(-0d));

    [Fact]
    public void Every_number_reads_back_as_itself()
    {
        var bits = 0x9E3779B97F4A7C15UL; // a fixed walk over the doubles, no randomness
        for (var i = 0; i < 200_000; i++)
        {
            bits = bits * 6364136223846793005UL + 1442695040888963407UL;
            var number = BitConverter.UInt64BitsToDouble(bits);
            if (!double.IsFinite(number)) continue;
            var written = CanonicalJson.Number(number);
            Assert.Equal(number, double.Parse(written, System.Globalization.CultureInfo.InvariantCulture));
            Assert.DoesNotContain('E', written);
        }
    }

    [Theory]
    [InlineData("""{"b":1,"a":2}""", """{"a":2,"b":1}""")]
    [InlineData("""{ "a" : [ 1.0 , 2e1 , true, null ] }""", """{"a":[1,20,true,null]}""")]
    [InlineData("""{"a":{"d":1,"c":2}}""", """{"a":{"c":2,"d":1}}""")]
    [InlineData("""["\u0041\/\u00e9"]""", "[\"A/é\"]")]
    [InlineData("""["\u000f\n\t\b\f\r\"\\\u001f"]""", """["\u000f\n\t\b\f\r\"\\\u001f"]""")]
    [InlineData("""["\u007f\u2028"]""", "[\"\u007f\u2028\"]")]
    public void Values_have_one_spelling(string json, string expected) => Assert.Equal(expected, Canonical(json));

    [Fact]
    public void Names_are_sorted_by_UTF_16_code_units()
    {
        // The example of RFC 8785, 3.2.3: a code point beyond U+FFFF sorts by its surrogates, before U+FB33.
        var json = """{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}""";

        var names = ((Value.Fields)Value.Parse(Encoding.UTF8.GetBytes(json))).Select(field => field.Key);

        Assert.Equal(["\r", "1", "\u0080", "\u00f6", "\u20ac", "\ud83d\ude00", "\ufb33"], names);
    }

    [Fact]
    public void The_bytes_are_UTF_8_and_canonical_bytes_stay_as_they_are()
    {
        var once = CanonicalJson.Bytes(Value.Parse("""{"é":"\ud83d\ude00","a":[{}, []]}"""u8));

        Assert.Equal("{\"a\":[{},[]],\"é\":\"\U0001F600\"}"u8.ToArray(), once);
        Assert.Equal(once, CanonicalJson.Bytes(Value.Parse(once)));
    }

    [Theory]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"a":1,"\u0061":2}""")]
    [InlineData("[1,]")]
    [InlineData("[1] 2")]
    [InlineData("// no\n1")]
    [InlineData("")]
    [InlineData("NaN")]
    [InlineData("01")]
    public void What_is_not_strict_JSON_is_refused(string json) => Assert.ThrowsAny<JsonException>(() => Value.Parse(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void An_integer_beyond_a_double_keeps_its_digits_as_text() => Assert.Equal("[\"9007199254740993\",\"-9007199254740993\"]", Canonical("[9007199254740993,-9007199254740993]"));

    [Fact]
    public void Two_to_the_53rd_is_still_a_number() => Assert.Equal("[9007199254740992,-9007199254740992,\"29007199254740992\"]", Canonical("[9007199254740992,-9007199254740992,29007199254740992]"));

    static string Canonical(string json) => CanonicalJson.Text(Value.Parse(Encoding.UTF8.GetBytes(json)));
}
