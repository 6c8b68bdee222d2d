using Muster.Readiness;

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
    public void Numbers_are_written_as_ECMAScript_writes_them(double number, string expected) => Assert.Equal(expected, CanonicalJson.Number(number));
}
