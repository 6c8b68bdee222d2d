using System.Text;
using Muster.Telemetry.Intake.Otlp;

namespace Muster.Telemetry.Tests.Intake;

public sealed class OtlpResponseTests
{
    static string Json(byte[] body) => Encoding.UTF8.GetString(body);

    [Fact]
    public void Where_all_was_taken_the_response_is_empty()
    {
        Assert.Empty(OtlpResponse.Metrics(0, "", isJson: false));
        Assert.Equal("{}", Json(OtlpResponse.Metrics(0, "", isJson: true)));
    }

    [Fact]
    public void What_was_refused_is_told_with_its_number()
    {
        Assert.Equal("""{"partialSuccess":{"rejectedDataPoints":"300","errorMessage":"no \"name\""}}""", Json(OtlpResponse.Metrics(300, "no \"name\"", isJson: true)));
        Assert.Equal([0x0a, 7, 0x08, 0xac, 0x02, 0x12, 2, (byte)'n', (byte)'o'], OtlpResponse.Metrics(300, "no", isJson: false));
        Assert.Equal("""{"partialSuccess":{"errorMessage":"slow"}}""", Json(OtlpResponse.Metrics(0, "slow", isJson: true)));
    }

    [Fact]
    public void A_request_that_is_wrong_is_told_so()
    {
        Assert.Equal(
            """{"code":3,"message":"cut off","details":[{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"description":"cut off"}]}]}""",
            Json(OtlpResponse.Status(OtlpStatus.BadRequest("cut off"), isJson: true)));
        byte[] violation = [0x0a, 4, 0x12, 2, (byte)'n', (byte)'o'];
        byte[] type = [.. "type.googleapis.com/google.rpc.BadRequest"u8];
        byte[] any = [0x0a, (byte)type.Length, .. type, 0x12, (byte)violation.Length, .. violation];
        Assert.Equal([0x08, 3, 0x12, 2, (byte)'n', (byte)'o', 0x1a, (byte)any.Length, .. any], OtlpResponse.Status(OtlpStatus.BadRequest("no"), isJson: false));
    }

    [Fact]
    public void A_request_that_is_to_come_again_is_told_when()
    {
        var later = OtlpStatus.Later("full", TimeSpan.FromSeconds(2.5));
        Assert.Equal("""{"code":14,"message":"full","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"2.5s"}]}""", Json(OtlpResponse.Status(later, isJson: true)));
        byte[] delay = [0x0a, 8, 0x08, 2, 0x10, 0x80, 0xca, 0xb5, 0xee, 0x01];
        Assert.EndsWith(Convert.ToHexString([0x12, (byte)delay.Length, .. delay]), Convert.ToHexString(OtlpResponse.Status(later, isJson: false)), StringComparison.Ordinal);
    }
}
