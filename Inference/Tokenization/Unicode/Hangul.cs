namespace EmbedPlatform.Inference.Tokenization.Unicode;

/// <summary>The arithmetic (de)composition of Hangul syllables: The Unicode Standard, section 3.12.</summary>
internal static class Hangul
{
    private const int SyllableBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TailBase = 0x11A7;
    private const int LeadCount = 19;
    private const int VowelCount = 21;
    private const int TailCount = 28;
    private const int SyllableCount = LeadCount * VowelCount * TailCount;

    public static bool IsSyllable(int codePoint) => (uint)(codePoint - SyllableBase) < SyllableCount;

    public static bool IsVowelOrTail(int codePoint) =>
        (uint)(codePoint - VowelBase) < VowelCount || (uint)(codePoint - TailBase - 1) < TailCount - 1;

    /// <summary>The two or three jamo of a syllable; the third is 0 if there are two.</summary>
    public static (int Lead, int Vowel, int Tail) Decompose(int syllable)
    {
        var index = syllable - SyllableBase;
        var tail = index % TailCount;
        return (
            LeadBase + (index / (VowelCount * TailCount)),
            VowelBase + (index % (VowelCount * TailCount) / TailCount),
            tail == 0 ? 0 : TailBase + tail
        );
    }

    /// <summary>The syllable of two parts, or -1.</summary>
    public static int Compose(int first, int second)
    {
        if ((uint)(first - LeadBase) < LeadCount && (uint)(second - VowelBase) < VowelCount)
        {
            return SyllableBase + ((((first - LeadBase) * VowelCount) + second - VowelBase) * TailCount);
        }

        var isOpen = IsSyllable(first) && (first - SyllableBase) % TailCount == 0;
        return isOpen && (uint)(second - TailBase - 1) < TailCount - 1 ? first + second - TailBase : -1;
    }
}
