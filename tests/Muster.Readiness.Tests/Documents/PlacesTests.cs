namespace Muster.Readiness.Tests;

public class PlacesTests
{
    [Fact]
    public void Each_control_stands_where_its_writer_can_change_it_one_of_a_pack_where_the_pack_is_included()
    {
        var desk = Desk.With("""
            muster: 1
            system: shop
            include:
              - more.yaml
              - pack:edge@1
            environments: { here: {} }
            targets: { edge: https://shop.test }
            controls:
              own.one: { title: One }
            gates: { go: { environment: here } }
            """);
        desk["more.yaml"] = "controls:\n  # said here\n  more.two: { title: Two }\n";
        desk.Packs["edge@1"] = "pack: edge@1\ntitle: Edge\nneeds: { edge: url }\ncontrols:\n  edge.three: { check: { http: edge } }\n"u8.ToArray();

        var reading = desk.Read();

        Assert.NotNull(reading.Document);
        Assert.Equal(new Dictionary<string, Place> { ["own.one"] = new("muster.yaml", 9, 3), ["more.two"] = new("more.yaml", 3, 3), ["edge.three"] = new("muster.yaml", 5, 5) }, reading.Places);
    }

    [Fact]
    public void A_place_is_no_part_of_what_the_document_says()
    {
        var here = Desk.Controls("  one: { title: One }").Read();
        var lower = Desk.Controls("  # a remark\n\n  one: { title: One }").Read();

        Assert.NotEqual(here.Places["one"], lower.Places["one"]);
        Assert.Equal(here.Document!.Digest, lower.Document!.Digest);
    }
}
