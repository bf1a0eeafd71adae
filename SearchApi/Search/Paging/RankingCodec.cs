using EmbedPlatform.SearchApi.Search.Legs;
using EmbedPlatform.SearchApi.Search.Ranking;

namespace EmbedPlatform.SearchApi.Search.Paging;

/// <summary>
/// Serialises a ranking: per candidate the document, the chunk and the score, and per leg rank, score and contribution.
/// </summary>
internal static class RankingCodec
{
    public static byte[] Encode(IEnumerable<Candidate> candidates)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        foreach (var candidate in candidates)
        {
            writer.Write(candidate.DocumentId);
            writer.Write(candidate.ChunkId ?? 0);
            writer.Write(candidate.Score);
            foreach (var score in SearchLegs.All.Select(leg => candidate[leg]))
            {
                writer.Write(score.Rank ?? 0);
                writer.Write(score.Score ?? double.NaN);
                writer.Write(score.Contribution);
            }
        }

        writer.Flush();
        return bytes.ToArray();
    }

    public static List<Candidate> Decode(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        var candidates = new List<Candidate>();
        while (reader.BaseStream.Position < bytes.Length)
        {
            var candidate = new Candidate(reader.ReadInt64());
            candidate.ChunkId = reader.ReadInt64() is var chunk and not 0 ? chunk : null;
            candidate.Score = reader.ReadDouble();
            foreach (var score in SearchLegs.All.Select(leg => candidate[leg]))
            {
                score.Rank = reader.ReadInt32() is var rank and not 0 ? rank : null;
                score.Score = reader.ReadDouble() is var value && double.IsNaN(value) ? null : value;
                score.Contribution = reader.ReadDouble();
            }

            candidates.Add(candidate);
        }

        return candidates;
    }
}
