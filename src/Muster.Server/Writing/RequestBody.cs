using System.Buffers;
using Muster.Server.Projects;
using Muster.Telemetry.Intake;

namespace Muster.Server.Writing;

/// <summary>A request's body, whole, up to a bound; its buffer is counted against its project, and goes back to where it came from.</summary>
readonly struct RequestBody(byte[] buffer, int length, Project project) : IDisposable
{
    /// <summary>So much is made ready because a sender says that it comes; more when it has.</summary>
    const int MostExpected = 1 << 20;

    public ReadOnlySpan<byte> Span => buffer.AsSpan(0, length);

    public ReadOnlyMemory<byte> Memory => buffer.AsMemory(0, length);

    public static ValueTask<RequestBody> Read(HttpRequest request, int most, CancellationToken cancel) => Read(request.Body, request.ContentLength, most, ProjectSet.Of(request.HttpContext), cancel);

    /// <param name="expected">As the sender says; null where that is not known.</param>
    /// <exception cref="IntakeProblem">It is longer than <paramref name="most"/>; no more than twice that has been held.</exception>
    /// <exception cref="Telemetry.Store.StoreUnavailable">The project has too much under way.</exception>
    public static async ValueTask<RequestBody> Read(Stream body, long? expected, int most, Project project, CancellationToken cancel)
    {
        if (expected > most) throw TooLarge(most);
        var buffer = Rented((int)Math.Clamp(expected ?? 16_384, 4096, MostExpected), project);
        var length = 0;
        try
        {
            while (true)
            {
                if (length == buffer.Length) buffer = Doubled(buffer, project);
                var read = await body.ReadAsync(buffer.AsMemory(length), cancel);
                if (read == 0) return new(buffer, length, project);
                length += read;
                if (length > most) throw TooLarge(most);
            }
        }
        catch
        {
            Return(buffer, project);
            throw;
        }
    }

    static byte[] Rented(int length, Project project)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try { project.Hold(buffer.Length); }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }

        return buffer;
    }

    static byte[] Doubled(byte[] buffer, Project project)
    {
        var larger = Rented(buffer.Length * 2, project);
        buffer.CopyTo(larger, 0);
        Return(buffer, project);
        return larger;
    }

    static void Return(byte[] buffer, Project project)
    {
        project.LetGo(buffer.Length);
        ArrayPool<byte>.Shared.Return(buffer);
    }

    static IntakeProblem TooLarge(int most) => new(IntakeProblemKind.TooLarge, $"a request of more than {most} bytes is not taken");

    public void Dispose() => Return(buffer, project);
}
