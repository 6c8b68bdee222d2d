using System.Buffers;
using Muster.Telemetry.Intake;

namespace Muster.Server.Writing;

/// <summary>A request's body, whole, up to a bound; its buffer goes back to where it came from.</summary>
readonly struct RequestBody(byte[] buffer, int length) : IDisposable
{
    public ReadOnlySpan<byte> Span => buffer.AsSpan(0, length);

    public ReadOnlyMemory<byte> Memory => buffer.AsMemory(0, length);

    public static ValueTask<RequestBody> Read(HttpRequest request, int most, CancellationToken cancel) => Read(request.Body, request.ContentLength, most, cancel);

    /// <param name="expected">As the sender says; null where that is not known.</param>
    /// <exception cref="IntakeProblem">It is longer than <paramref name="most"/>; no more than twice that has been held.</exception>
    public static async ValueTask<RequestBody> Read(Stream body, long? expected, int most, CancellationToken cancel)
    {
        if (expected > most) throw TooLarge(most);
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Max(4096, expected ?? 16_384));
        var length = 0;
        try
        {
            while (true)
            {
                if (length == buffer.Length) buffer = Doubled(buffer);
                var read = await body.ReadAsync(buffer.AsMemory(length), cancel);
                if (read == 0) return new(buffer, length);
                length += read;
                if (length > most) throw TooLarge(most);
            }
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    static byte[] Doubled(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    static IntakeProblem TooLarge(int most) => new(IntakeProblemKind.TooLarge, $"a request of more than {most} bytes is not taken");

    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);
}
