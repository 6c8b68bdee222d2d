using System.Text;

namespace Muster.Probes.Tests.Restoring;

public class AofWalkTests
{
    [Theory]
    [InlineData("*1\r\n$4\r\nPING\r\n", AofEnd.Whole)]
    [InlineData("", AofEnd.Whole)]
    [InlineData("*1\r\n$4\r\nPIN", AofEnd.Truncated)]
    [InlineData("*1\r\n$4\r", AofEnd.Truncated)]
    [InlineData("*2\r\n$4\r\nPING\r\n$400\r\nx", AofEnd.Truncated)]
    [InlineData("*1\r\n$5\r\nMULTI\r\n*1\r\n$4\r\nPING\r\n", AofEnd.Truncated)]
    [InlineData("*1\r\n$4\r\nPINGxx*1\r\n$4\r\nPING\r\n", AofEnd.Corrupted)]
    [InlineData("\0\0\0\0", AofEnd.Corrupted)]
    [InlineData("*0\r\n*1\r\n$4\r\nPING\r\n", AofEnd.Corrupted)]
    internal void The_end_of_a_file_of_commands_is_told(string commands, AofEnd end) => Assert.Equal(end, AofWalk.Read(new MemoryStream(Encoding.ASCII.GetBytes(commands)), TestContext.Current.CancellationToken).End);
}
