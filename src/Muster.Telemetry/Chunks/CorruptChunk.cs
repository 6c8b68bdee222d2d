namespace Muster.Telemetry.Chunks;

/// <summary>These bytes are no chunk of this kind. The only exception by which a decoder of this folder ends, whatever it is given.</summary>
sealed class CorruptChunk(string what) : Exception(what);
