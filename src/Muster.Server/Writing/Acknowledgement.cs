using Muster.Telemetry.Intake;

namespace Muster.Server.Writing;

/// <summary>When a sender wants to hear that its samples were taken.</summary>
static class Acknowledgement
{
    public const string Header = "X-Muster-Ack";

    /// <exception cref="IntakeProblem">It asks for something that there is not: it would believe to have it.</exception>
    public static bool IsDurable(HttpRequest request)
    {
        var asked = request.Headers[Header].ToString();
        if (asked.Length == 0) return false;
        return asked.Equals("durable", StringComparison.OrdinalIgnoreCase) ? true : throw IntakeProblem.Malformed($"{Header}: durable is the one value that there is");
    }
}
