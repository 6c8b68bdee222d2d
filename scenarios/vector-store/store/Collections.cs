using System.Text.Json.Nodes;

namespace Muster.VectorStore;

/// <summary>One point: its vector, and whatever goes with it.</summary>
sealed record Point(string Id, float[] Vector, JsonNode? Payload)
{
    public long Bytes { get; } = 96 + Id.Length + Vector.Length * 4L + (Payload?.ToJsonString().Length ?? 0);

    public static Point Read(JsonNode? node) => new(
        (string?)node?["id"] ?? throw new FormatException("a point has no id"),
        [.. (node!["vector"]?.AsArray() ?? []).Select(number => (float)(number ?? throw new FormatException("a vector has no number")))],
        node["payload"]?.DeepClone());

    public JsonObject Written() => new() { ["id"] = Id, ["vector"] = new JsonArray([.. Vector.Select(number => (JsonNode)number)]), ["payload"] = Payload?.DeepClone() };
}

/// <summary>A collection; its points are a list, so that a flaw can put one in twice.</summary>
sealed class Collection(int dimension)
{
    readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);

    public int Dimension => dimension;

    public List<Point> Points { get; } = [];

    public void Put(Point point)
    {
        if (_places.TryGetValue(point.Id, out var place)) Points[place] = point;
        else Twice(point);
    }

    public void Twice(Point point)
    {
        _places[point.Id] = Points.Count;
        Points.Add(point);
    }

    /// <summary>The nearest, exactly: by distance, then by id.</summary>
    public IEnumerable<(Point Point, double Distance)> Nearest(float[] to, int count) =>
        Points.Select(point => (point, Distance: Distance(point.Vector, to))).OrderBy(pair => pair.Distance).ThenBy(pair => pair.point.Id, StringComparer.Ordinal).Take(count);

    static double Distance(float[] a, float[] b)
    {
        var sum = 0d;
        for (var i = 0; i < a.Length; i++) sum += (a[i] - b[i]) * (a[i] - b[i]);
        return Math.Sqrt(sum);
    }
}
