# Draws every motif in every colour: awk -v out=DIR -f recolour.awk palette
# motifs/*.svg writes DIR/<motif>-<colour>.svg. The first <style> of a motif is
# its palette, and is what changes.

FILENAME ~ /palette$/ {
    if ($1 !~ /^#/ && NF == 5) {
        colour[++colours] = $1
        style[colours] = "<style>.f{fill:" $2 "}.a{fill:" $3 "}.b{fill:" $4 \
                         "}.c{fill:" $5 "}</style>"
    }
    next
}

FNR == 1 {
    flush_motif()
    name = FILENAME
    sub(/.*\//, "", name)
    sub(/\.svg$/, "", name)
    lines = 0
}

{
    line[++lines] = $0
}

END {
    flush_motif()
}

function flush_motif(    i, j, file, text, replaced) {
    if (lines == 0) {
        return
    }
    for (i = 1; i <= colours; i++) {
        file = out "/" name "-" colour[i] ".svg"
        replaced = 0
        for (j = 1; j <= lines; j++) {
            text = line[j]
            if (!replaced && text ~ /^<style>/) {
                text = style[i]
                replaced = 1
            }
            print text > file
        }
        close(file)
    }
}
