using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What a proxy did, counted: a fault that met nobody shows here, as nothing.</summary>
sealed class ProxySeen
{
    public long Connections, Cut, Up, Down, Withheld, Delayed, Unconnected;

    public static void Add(ref long counter, long number = 1) => Interlocked.Add(ref counter, number);

    public Value.Fields Written(int open) => Value.Of(
        ("connections", Read(ref Connections)), ("open", open), ("cut", Read(ref Cut)), ("upstream_bytes", Read(ref Up)), ("downstream_bytes", Read(ref Down)),
        ("withheld_bytes", Read(ref Withheld)), ("delayed_bytes", Read(ref Delayed)), ("unconnected", Read(ref Unconnected)));

    static long Read(ref long counter) => Interlocked.Read(ref counter);
}
