using System.Reflection;

namespace Muster.Cli;

/// <summary>The outside world as the commands see it: passed in once, at the edge.</summary>
sealed record Host
{
    public required TimeProvider Clock { get; init; }

    public required string Folder { get; init; }

    public required TextWriter Data { get; init; }

    public required TextWriter Talk { get; init; }

    /// <summary>A person sits in front of standard output, so that colour and live progress help.</summary>
    public required bool Interactive { get; init; }

    /// <summary>How large the terminal is now; null where standard output is none.</summary>
    public Func<(int Columns, int Rows)>? Terminal { get; init; }

    /// <summary>A person can be asked and can answer, whatever becomes of standard output.</summary>
    public required bool CanAsk { get; init; }

    public required Func<string, string?> Variable { get; init; }

    public required CancellationToken Cancel { get; init; }

    /// <summary>How long a command waits for another that writes the same ledger.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    public DateTimeOffset Now => Readiness.Instant.Cut(Clock.GetUtcNow());

    public static readonly string Version =
        typeof(Host).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";
}
