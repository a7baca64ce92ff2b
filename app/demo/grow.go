package demo

import (
	"cmp"
	"container/heap"
	"math"
	"math/rand/v2"
	"slices"
)

// front is a step that waits: to a cell, from the region of a seed, at a cost.
type front struct {
	cost       float64
	cell, seed int
}

type fronts []front

func (f fronts) Len() int           { return len(f) }
func (f fronts) Less(i, j int) bool { return f[i].cost < f[j].cost }
func (f fronts) Swap(i, j int)      { f[i], f[j] = f[j], f[i] }
func (f *fronts) Push(x any)        { *f = append(*f, x.(front)) }
func (f *fronts) Pop() any {
	last := (*f)[len(*f)-1]
	*f = (*f)[:len(*f)-1]
	return last
}

// grow divides the cells among the seeds: each cell goes to the seed from which it is reached at the least cost, so every region is connected.
// The cost of seed i counts pace[i] times.
func (m *mesh) grow(cells, seeds []int, pace []float64) [][]int {
	const free = -1
	owner := make(map[int]int, len(cells))
	for _, c := range cells {
		owner[c] = free
	}
	var queue fronts
	for i, s := range seeds {
		queue = append(queue, front{0, s, i})
	}
	regions := make([][]int, len(seeds))
	for len(queue) > 0 {
		f := heap.Pop(&queue).(front)
		if owner[f.cell] != free {
			continue
		}
		owner[f.cell] = f.seed
		regions[f.seed] = append(regions[f.seed], f.cell)
		here := m.cells[f.cell]
		for _, o := range here.across {
			if at, ok := owner[o]; ok && at == free {
				there := m.cells[o]
				heap.Push(&queue, front{f.cost + pace[f.seed]*here.site.to(there.site)*(here.rough+there.rough)/2, o, f.seed})
			}
		}
	}
	return regions
}

// split divides the cells into n connected regions of about the same area, in reading order from the north-west.
func (m *mesh) split(r *rand.Rand, cells []int, n int) [][]int {
	n = min(n, len(cells))
	seeds := m.spread(r, cells, n)
	pace := make([]float64, n)
	for i := range pace {
		pace[i] = 1
	}
	var regions [][]int
	for round := range 12 {
		regions = m.grow(cells, seeds, pace)
		if round == 11 {
			break
		}
		mean := m.area(cells) / float64(n)
		for i, region := range regions {
			pace[i] = max(0.5, min(2, pace[i]*math.Pow(m.area(region)/mean, 0.35)))
			seeds[i] = m.middle(region)
		}
	}
	height := math.Sqrt(m.area(cells) / float64(n))
	slices.SortFunc(regions, func(a, b []int) int {
		p, q := m.cells[m.middle(a)].site, m.cells[m.middle(b)].site
		return cmp.Or(cmp.Compare(-math.Round(p.y/height), -math.Round(q.y/height)), cmp.Compare(p.x, q.x))
	})
	return regions
}

// spread picks n cells far from each other.
func (m *mesh) spread(r *rand.Rand, cells []int, n int) []int {
	seeds := []int{cells[r.IntN(len(cells))]}
	free := make([]float64, len(cells))
	for i := range free {
		free[i] = math.Inf(1)
	}
	for len(seeds) < n {
		best := 0
		for i, c := range cells {
			free[i] = min(free[i], m.cells[c].site.to(m.cells[seeds[len(seeds)-1]].site))
			if free[i] > free[best] {
				best = i
			}
		}
		seeds = append(seeds, cells[best])
	}
	return seeds
}

func (m *mesh) area(cells []int) float64 {
	sum := 0.0
	for _, c := range cells {
		sum += m.cells[c].area
	}
	return sum
}

// middle is the cell nearest to the centre of the region.
func (m *mesh) middle(region []int) int {
	var at spot
	total := m.area(region)
	for _, c := range region {
		f := m.cells[c].area / total
		at.x += f * m.cells[c].site.x
		at.y += f * m.cells[c].site.y
	}
	return slices.MinFunc(region, func(a, b int) int { return cmp.Compare(m.cells[a].site.to(at), m.cells[b].site.to(at)) })
}
