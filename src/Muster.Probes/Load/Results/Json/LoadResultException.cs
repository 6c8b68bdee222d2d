namespace Muster.Probes.Load;

/// <summary>Bytes that are no result of a load run; the message says where and why.</summary>
public sealed class LoadResultException(string message) : Exception(message);
