using System.Buffers;
using Muster.Telemetry.Intake;

namespace Muster.Server.Writing;

/// <summary>A request's body, whole, up to a bound; its buffer goes back to where it came from.</summary>
readonly struct RequestBody(byte[] buffer, int length) : IDisposable
{
    public ReadOnlySpan<byte> Span => buffer.AsSpan(0, length);

    public static async ValueTask<RequestBody> Read(HttpRequest request, int most, CancellationToken cancel)
    {
        if (request.ContentLength > most) throw TooLarge(most);
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Max(4096, request.ContentLength ?? 16_384));
        var length = 0;
        while (true)
        {
            if (length == buffer.Length)
            {
                var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                buffer.AsSpan(0, length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }

            var read = await request.Body.ReadAsync(buffer.AsMemory(length), cancel);
            if (read == 0) return new(buffer, length);
            length += read;
            if (length <= most) continue;
            ArrayPool<byte>.Shared.Return(buffer);
            throw TooLarge(most);
        }
    }

    static IntakeProblem TooLarge(int most) => new(IntakeProblemKind.TooLarge, $"a request of more than {most} bytes is not taken");

    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);
}
