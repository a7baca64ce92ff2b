package linear

import "testing"

func BenchmarkSuggest(b *testing.B) {
	m := trained(b, invented())
	text := "投诉幸福家园三期的物业\n我们小区的自来水从昨天晚上开始就停了，打了好几次电话都没有人管。楼里老人和孩子多，没有水做不了饭，也冲不了厕所。物业说是管网检修，可是没有看到任何通知，自来水公司的热线也一直占线。现在天气这么热，已经超过二十四小时了，希望领导能够重视，督促自来水公司和物业尽快查明原因，恢复供水，给居民一个说法。另外，小区东门外的路灯坏了有半个多月，晚上出门黑漆漆的，路面又在施工，坑坑洼洼，前几天已经有老人摔倒受伤，请有关部门一并处理。谢谢！"
	b.Run("best", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			m.Best(text)
		}
	})
	b.Run("words", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			m.Suggest(text, 3)
		}
	})
}

func BenchmarkTrain(b *testing.B) {
	docs := invented()
	for b.Loop() {
		trained(b, docs)
	}
}
